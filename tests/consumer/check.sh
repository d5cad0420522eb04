#!/usr/bin/env bash
# check.sh CMAKE BUILD SCRATCH installed|build_tree: builds the project in this folder, with plain
# flags, against an installation of BUILD or against BUILD itself, and runs its programs.
set -euo pipefail
cmake="$1" build="$2" scratch="$3/$4" kind="$4"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
rm -rf "${scratch:?}"
mkdir -p "$scratch"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

prefix="$build"
if [[ "$kind" == installed ]]; then
  prefix="$scratch/prefix"
  "$cmake" --install "$build" --prefix "$prefix" >/dev/null
  "$prefix/bin/carousel" --version
fi

# How we compile and what we compile with is nobody else's business.
for file in "$prefix"/carousel*.cmake "$prefix"/lib*/cmake/carousel/*.cmake \
  "$prefix"/lib/*/cmake/carousel/*.cmake; do
  if [[ ! -e "$file" ]]; then continue; fi
  found=yes
  if grep -nE -- '-march|-mtune|-O[0-9]|-W|-fno-|xtensor|xsimd|XTENSOR|openblas|OpenMP|yaml|fmt|CLI' "$file"
  then fail "$file hands that on to its users"; fi
done
[[ -n "${found:-}" ]] || fail "no CMake package in $prefix"

env -u CXXFLAGS "$cmake" -S "$here" -B "$scratch/build" -D CMAKE_BUILD_TYPE=Release \
  -D CMAKE_PREFIX_PATH="$prefix" >"$scratch/log" || fail "configuring: $(<"$scratch/log")"
"$cmake" --build "$scratch/build" --parallel 2 >"$scratch/log" || fail "$(<"$scratch/log")"

cd "$scratch/build"
./library_user
./own_program list cells --names | grep -qx leaky || fail "own_program does not list its cell"
cat >adding.yaml <<'YAML'
task: {name: adding, length: 6, evaluation_sequences: 8}
cells: [{name: leaky, rate: 0.25}, lstm]
hidden_size: 4
train: {steps: 5, batch_size: 2}
YAML
./own_program run adding.yaml --out results
