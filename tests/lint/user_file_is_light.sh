#!/usr/bin/env bash
# user_file_is_light.sh COMPILER ROOT SCRATCH: a user's file with a cell compiles in less than five
# seconds of processor time and reads no header of the packages behind the library.
set -euo pipefail
compiler="$1" root="$2" scratch="$3"
user_file="$root/experiments/examples/own_cell.cpp"
flags=(-std=c++17 -O2 "-I$root")
mkdir -p "$scratch"

heavy="$("$compiler" "${flags[@]}" -M "$user_file" | tr ' ' '\n' |
  grep -E '/(xtensor|xtensor-blas|xtl|xsimd|yaml-cpp|nlohmann|CLI|fmt)/|cblas|zlib|omp\.h' | head -n 5)" || true
if [[ -n "$heavy" ]]; then
  printf 'a user file reads:\n%s\n' "$heavy" >&2
  exit 1
fi

TIMEFORMAT=%U  # processor time, which other work on the machine does not lengthen
seconds="$({ time "$compiler" "${flags[@]}" -c "$user_file" -o "$scratch/own_cell.o"; } 2>&1)"
echo "compiled in $seconds s"
[[ "$seconds" =~ ^[0-4]\. ]] || { echo "a user file takes more than 5 s: $seconds" >&2; exit 1; }
