#!/usr/bin/env bash
# Times training steps of an LSTM written op by op, ours and libtorch's.
set -euo pipefail
# shellcheck source=.cmake/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../.cmake/setup.sh"

usage() {
  cat <<'TEXT'
Usage: tests/bench/run.sh [--json FILE] [--quick] [--core N]
       tests/bench/run.sh --help

Builds both programs into build/ and runs them by turns on one core, each with one thread; some
minutes. Prints milliseconds for a training step, as the median (smallest-largest) of the rounds, and
how many times longer the quicker one of libtorch's two cells takes. README.md says what is measured.

  --json FILE  write the numbers to FILE, too
  --quick      a few steps instead of many; half a minute, and rough
  --core N     the core to run on; the last one without it
TEXT
}

json='' rounds=5 milliseconds=800 core="$(($(nproc) - 1))"
while (($# > 0)); do
  if [[ "$1" == --json || "$1" == --core ]] && (($# < 2)); then refuse "$1 needs a value"; fi
  case "$1" in
    -h | --help) usage; exit 0 ;;
    --json) json="$2"; shift ;;
    --core) core="$2"; shift ;;
    --quick) rounds=2 milliseconds=150 ;;
    *) refuse "unknown argument '$1'; --help lists those there are" ;;
  esac
  shift
done
command -v taskset >/dev/null || refuse "taskset was not found; it is in util-linux"
taskset -c "$core" true 2>/dev/null || refuse "there is no core $core to run on"

programs="${CAROUSEL_BENCH:-}"
if [[ -z "$programs" ]]; then
  install_packages build full
  configure "$root/build" "${release[@]}" CAROUSEL_FULL_TESTS=ON
  build "$root/build" bench_eager bench_torch_cell
  programs="$root/build/tests/bench"
fi
ours="$programs/bench_eager" theirs="$programs/bench_torch_cell"

# blas_of PROGRAM: the file that its matrix products come from.
blas_of() {
  local path
  path="$(ldd "$1" | awk '/libopenblas|libmkl_rt/ { print $3; exit }')"
  if [[ -z "$path" ]]; then path="$(ldd "$1" | awk '/libblas|libcblas/ { print $3; exit }')"; fi
  if [[ -n "$path" ]]; then readlink -f "$path"; else echo unknown; fi
}
unset LD_PRELOAD
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
processor="$(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo)"
our_blas="$(blas_of "$ours")" their_blas="$(blas_of "$theirs")"
echo "$processor, core $core, one thread, $rounds rounds, denormals flushed to zero in both"
kernels="$(taskset -c "$core" "$ours" --shape 1,1,1,1 --repeats 1 |
  sed -n '1s/.*"blas_kernels":"\([^"]*\)".*/\1/p')"
echo "BLAS: carousel $our_blas"
echo "      libtorch $their_blas"
echo "      kernels for ${kernels:-an unknown processor}; OPENBLAS_CORETYPE chooses others"
if [[ "$our_blas" != "$their_blas" ]]; then
  echo "The two use different BLAS libraries: part of the difference is theirs." >&2
fi

# shape and milliseconds that one step may take, roughly: it sets the number of steps in a round
shapes=("2,128,50,200:60" "2,128,20,400:70" "28,128,64,28:10" "64,512,64,50:350" "2,32,20,100:5"
        "128,256,32,100:120" "2,64,1,1000:40")
lines="$(mktemp)"
trap 'rm -f "$lines"' EXIT
for ((round = 1; round <= rounds; ++round)); do
  for entry in "${shapes[@]}"; do
    shape="${entry%:*}" repeats=$((milliseconds / ${entry#*:}))
    if ((repeats < 3)); then repeats=3; fi
    for program in "$ours" "$theirs"; do
      taskset -c "$core" "$program" --shape "$shape" --repeats "$repeats" >>"$lines"
    done
  done
done
awk -f "$root/tests/bench/summary.awk" "$lines"
if [[ -n "$json" ]]; then
  about="\"processor\":\"$processor\",\"threads\":1,\"blas_kernels\":\"$kernels\""
  about+=",\"carousel_blas\":\"$our_blas\",\"torch_blas\":\"$their_blas\""
  awk -v json=1 -v about="$about" -f "$root/tests/bench/summary.awk" "$lines" >"$json"
fi
