#!/usr/bin/env bash
# experiments/examples/own_cell.cpp: the program with one more cell.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

test_own_cell_listed() {
  expect 0 list cells
  says stdout '^  ugrnn  +[a-z]' '^  lstm '
}

test_own_cell_trains() {
  experiment x.yaml
  expect 0 run x.yaml --set 'cells=[ugrnn, gru]' --verify --out results
  says stdout 'verify ugrnn: ' 'ugrnn seed 1 '
  [[ -s results/ugrnn/seed1/checkpoint.safetensors ]] || fail "no results of the cell"
}

run_case
