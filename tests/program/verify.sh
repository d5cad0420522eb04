#!/usr/bin/env bash
# carousel verify: the checks of operations.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

test_verify_all_ops() {
  expect 0 verify
  says stdout '^tanh +[1-9]' '^where +[1-9]' '^greater +- ' '^[0-9]+ ops, [0-9]{5,} checks from seed 1, 0 ops wrong, '
  local lines ops
  lines="$(grep -c . stdout)"
  ops="$("$program" list ops --names | wc -l)"
  ((lines == ops + 2)) || fail "$lines lines for $ops ops"
}

test_verify_one_op() {
  expect 0 verify --op logsumexp --seed 7 --samples 3
  says stdout '^logsumexp ' '^1 ops, [0-9]+ checks from seed 7, 0 ops wrong'
}

test_verify_unknown_op() { refused "'tahn'" "'tanh'" -- verify --op tahn; }

test_verify_bad_samples() { refused 'samples' -- verify --samples 0; }

test_verify_edges() {
  expect 0 verify --edges --op sigmoid
  says stdout '^sigmoid: ' '\(-inf\) -> 0, slope 0' '\(nan\) -> nan, slope nan'
}

run_case
