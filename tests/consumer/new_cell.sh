#!/usr/bin/env bash
# new_cell.sh CMAKE PROGRAM SCRATCH: what `carousel new-cell` writes is built, checked and trained.
set -euo pipefail
cmake="$1" program="$2" scratch="$3/new_cell"
rm -rf "${scratch:?}"
mkdir -p "$scratch"
cd "$scratch"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

"$program" new-cell my_cell project >said || fail "new-cell"
grep -q 'project/my_cell.cpp is a cell to change' said || fail "it says: $(<said)"
cd project
env -u CXXFLAGS "$cmake" -B build >log || fail "configuring: $(<log)"
"$cmake" --build build >log || fail "$(<log)"
"$program" check-cell build/libmy_cell.so >checked || fail "$(<checked)"
grep -q 'all 15 checks passed' checked || fail "$(<checked)"
"$program" run my_cell.yaml --out results >trained || fail "$(<trained)"
grep -Eq '^my_cell seed 2 .*solved at' trained || fail "it did not learn: $(<trained)"

# Nothing is written over, and a name is a word.
if "$program" new-cell my_cell . 2>refusal; then fail "it wrote over what was there"; fi
grep -q 'a new or an empty directory' refusal || fail "$(<refusal)"
if "$program" new-cell 'My-Cell' other 2>refusal || [[ -e other ]]; then fail "a name that is no word"; fi
grep -q 'small letters' refusal || fail "$(<refusal)"
