#!/usr/bin/env bash
# The kernels of elementwise ops for each instruction set that this processor has.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# passes_with SET: every op is right on these kernels, or the processor does not have them.
passes_with() {
  local code=0
  CAROUSEL_INSTRUCTIONS="$1" "$program" verify --samples "${CAROUSEL_SAMPLES:-24}" >stdout 2>stderr || code=$?
  if [[ "$code" == 2 && "$1" != baseline ]]; then
    says stderr "CAROUSEL_INSTRUCTIONS: expected one of .*baseline; got '$1'"
    ! grep -Eq "one of .*\\b$1\\b.*;" stderr || fail "$1 was offered and refused"
    echo "this processor has no $1"
    return
  fi
  [[ "$code" == 0 ]] || fail "exit code $code with $1"
  says stdout ' 0 ops wrong, '
}

test_instructions_baseline() { passes_with baseline; }
test_instructions_avx2() { passes_with avx2; }
test_instructions_avx512() { passes_with avx512; }

test_instructions_unknown() {
  export CAROUSEL_INSTRUCTIONS=sse9
  refused "one of .*baseline; got 'sse9'" -- list cells
}

# A seed gives the same numbers with the same kernels, and the summary says which they were.
test_instructions_are_in_the_summary() {
  experiment adding.yaml
  export CAROUSEL_INSTRUCTIONS=baseline
  expect 0 run adding.yaml --out results
  says results/summary.json '"elementwise kernels": "baseline"'
}

run_case
