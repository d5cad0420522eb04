#!/usr/bin/env bash
# carousel check-cell --learn: a cell that can learn the two tasks, and one that cannot.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

test_check_cell_learns() {
  expect 0 check-cell gru --learn
  says stdout 'adding, T = 50 +mse .*: learned' 'copy, T = 20 +cross_entropy .*: learned' 'all 15 checks passed'
}

# What cannot be learned is no fault of a cell.
test_check_cell_does_not_learn() {
  expect 0 check-cell feedforward --learn --json
  [[ "$(grep -c '"learned": false' stdout)" == 2 ]] || fail "a net without memory learned: $(cat stdout)"
}

run_case
