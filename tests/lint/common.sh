# Sourced by the checks beside it, which are called with the root of the tree and then work there.
# shellcheck shell=bash
set -euo pipefail
shopt -s nullglob
cd "$1"

# own_files PATTERN...: the files of the tree whose names match, without what builds and runs leave.
own_files() {
  local names=() pattern
  for pattern in "$@"; do names+=(-o -name "$pattern"); done
  find . \( -name .git -o -name .cache -o -name 'build*' -o -name runs -o -path ./experiments/data/mnist \) \
    -prune -o -type f \( "${names[@]:1}" \) -printf '%P\n' | LC_ALL=C sort
}

faults=0
# fault SENTENCE: counts and prints.
fault() {
  echo "$*" >&2
  faults=$((faults + 1))
}

# finish: ends the check.
finish() { exit $((faults > 0)); }
