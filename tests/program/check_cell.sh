#!/usr/bin/env bash
# carousel check-cell. PLUGINS, the fourth argument, is where tests/plugins is built.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
plugins="$4"

# Every cell that comes with the program.
test_check_cell_all() {
  expect 0 check-cell all
  ! grep -q BAD stdout || fail "a check failed: $(grep BAD stdout)"
  local cells passed
  cells="$("$program" list cells --names | wc -l)"
  passed="$(grep -cE 'all [0-9]+ checks passed' stdout)"
  ((cells == passed)) || fail "$passed of $cells cells passed"
}

test_check_cell_as_json() {
  expect 0 check-cell gru --json
  says stdout '"cell": "gru"' '"check": "compiled"' '"parameters": 3456' '"lag_below_1e-3": [1-9]'
  [[ "$(grep -c '"passed": true' stdout)" == 16 ]] || fail "not 15 checks and the whole that passed"
}

test_check_cell_of_a_plugin() {
  expect 0 check-cell "$plugins/mine.so"
  says stdout '^traces$' 'all 15 checks passed' 'states h \[8\], slow \[8\], fast \[8\]'
  expect 1 check-cell "$plugins/broken.so"
  says stdout 'BAD +contract .*no more of this' 'BAD +contract .*it crashes: Aborted'
}

# README.md shows what is said of it.
test_check_cell_of_a_wrong_cell() {
  expect 1 check-cell "$plugins/wrong.so"
  says stdout 'BAD +gradients through time +T = 1: .*Does step\(\) use detach\(\)' \
    "BAD +batch of two +a sequence's outputs are others with another one beside it" 'checks failed'
  says stdout 'ok +parameters reached' 'ok +memory modes' 'ok +determinism'
}

test_check_cell_unknown() { refused "unknown cell 'lsmt'" "'lstm'" -- check-cell lsmt; }

run_case
