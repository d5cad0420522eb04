#!/usr/bin/env bash
# experiments/examples/own_op.cpp: the program with one more operation, and a cell that uses it.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

test_own_op_listed() {
  expect 0 list ops
  says stdout '^  squareplus  +\(x' '^  tanh '
}

test_own_op_verified() {
  expect 0 verify --op squareplus
  says stdout '^squareplus +[1-9][0-9]* +- +[1-9][0-9]* +[1-9][0-9]* +-$' ' 0 ops wrong'
}

test_own_op_trains() {
  experiment x.yaml
  expect 0 run x.yaml --set 'cells=[smooth]' --verify --out results
  says stdout 'verify smooth: ' 'smooth seed 1 '
}

run_case
