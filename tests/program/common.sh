# Sourced by the scripts beside it, which are called with CASE PROGRAM SCRATCH and run test_CASE in a
# folder of its own, with an absolute path in $program.
# shellcheck shell=bash
set -euo pipefail
test_case="$1"
program="$2"
rm -rf "${3:?}/$test_case"
mkdir -p "$3/$test_case"
cd "$3/$test_case"

fail() {
  echo "FAILED: $*" >&2
  if [[ -e stdout ]]; then
    echo "--- stdout:" >&2
    head -n 20 stdout >&2
    echo "--- stderr:" >&2
    head -n 20 stderr >&2
  fi
  exit 1
}

# expect CODE ARGUMENT...: runs the program, whose exit code must be CODE. Leaves stdout and stderr.
expect() {
  local code=0
  "$program" "${@:2}" >stdout 2>stderr || code=$?
  [[ "$code" == "$1" ]] || fail "exit code $code instead of $1 from: carousel ${*:2}"
}

# says FILE PATTERN...: each extended regular expression matches a line of the file.
says() {
  local pattern
  for pattern in "${@:2}"; do
    grep -Eq -- "$pattern" "$1" || fail "$1 does not say: $pattern"
  done
}

# refused PATTERN... -- ARGUMENT...: exit code 2, nothing on stdout, and one line on stderr that says
# all of the patterns.
refused() {
  local patterns=()
  while [[ "$1" != -- ]]; do
    patterns+=("$1")
    shift
  done
  expect 2 "${@:2}"
  [[ ! -s stdout ]] || fail "a refusal wrote to stdout"
  says stderr "${patterns[@]}"
  [[ "$(wc -l <stderr)" == 1 ]] || fail "a refusal that is not one line"
}

# experiment FILE [LINE...]: a small configuration that is right, and further lines.
experiment() {
  cat >"$1" <<'YAML'
task: {name: adding, length: 6, evaluation_sequences: 8}
cells: [vanilla]
hidden_size: 4
train: {steps: 4, batch_size: 2, evaluate_every: 2, log_every: 1}
parallel: 1
YAML
  if (($# > 1)); then printf '%s\n' "${@:2}" >>"$1"; fi
}

# run_without_end FILE: starts x.yaml with more steps than anybody waits for, with results in results/,
# and waits until it has written FILE. Leaves its number in $process; its output is in running.
run_without_end() {
  local i
  "$program" run x.yaml --set train.steps=100000000 --out results >running 2>&1 &
  # shellcheck disable=SC2034
  process=$!
  for ((i = 0; i < 1200; ++i)); do
    if [[ -s "$1" ]]; then return; fi
    sleep 0.05
  done
  fail "a run that has not written $1 after a minute"
}

# run_case: at the end of each script.
run_case() {
  declare -F "test_$test_case" >/dev/null || fail "no case $test_case"
  "test_$test_case"
}
