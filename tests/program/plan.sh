#!/usr/bin/env bash
# carousel plan: how a cell's step is compiled.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

test_plan_lstm() {
  expect 0 plan lstm --shape 3,8,4,20
  says stdout '^lstm: input 3, hidden 8, batch 4, T = 20' '^each chunk of 20 steps$' '^  v[0-9]+ = affine\(x, ' \
    '^  v[0-9]+ = linear\(h, weight_hh\) .*, added into ' ', is the next c$' 'is the next h, is the output$' \
    '^the way back: [0-9]+ instructions a step' '^matrix products  +[0-9.]+ MFLOP' '^limit .* %$'
}

test_plan_of_a_cell_without_state() {
  expect 0 plan feedforward --shape 3,8,4,20
  says stdout 'is the output$'
}

test_plan_unknown_cell() { refused "'lsmt'" "'lstm'" -- plan lsmt; }

test_plan_bad_shape() { refused 'shape' -- plan lstm --shape 2,128; }

run_case
