#!/usr/bin/env bash
# What the experiments that tell the classical stories have to show, in as few steps as show it.
configs="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../experiments/configs" && pwd)"
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

test_vanishing_gradients_follow_theory() {
  # dh_T/dh_t = U^(T-t) with U = g Q: the norm falls by g for each step back, in float32 to three digits.
  expect 0 run "$configs/vanishing.yaml" --out results
  expect 0 report --answer results
  says stdout 'multiplies the gradient by 0\.900 in g0\.9, 1\.000 in g1\.0 and 1\.100 in g1\.1\.$'
}

test_exploding_gradients_are_told_of() {
  expect 0 run "$configs/exploding.yaml" --set train.steps=4 --set 'seeds=[1]' --out results
  expect 0 report --answer results
  says stdout 'the gradient norm reached [0-9.]+e\+[0-9]+ in unclipped'
}

test_workout_needs_a_memory() {
  expect 0 run "$configs/workout.yaml" --set train.steps=200 --set 'seeds=[1]' --out results
  # What a net without memory can reach at most stands below the table; the others are far above it.
  says stdout '^feedforward .* 0\.7[0-9]+ ' '^last day only: accuracy 0\.72'
  says results/summary.json '"solved_at": 1?[0-9]0'
  local label
  for label in vanilla lstm gru; do says stdout "^$label .* (0\.99|1\.00)"; done
}

run_case
