#!/usr/bin/env bash
# experiments/examples/own_cell.cpp: the program with one more cell.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

test_own_cell_listed() {
  expect 0 list cells
  says stdout '^  mgu  +[a-z]' '^  lstm '
}

test_own_cell_trains() {
  experiment x.yaml
  expect 0 run x.yaml --set 'cells=[mgu, gru]' --verify --out results
  says stdout 'verify mgu: ' 'mgu seed 1 '
  [[ -s results/mgu/seed1/checkpoint.safetensors ]] || fail "no results of the cell"
}

run_case
