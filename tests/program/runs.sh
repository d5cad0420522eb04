#!/usr/bin/env bash
# How runs end: done, diverged, interrupted.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

test_divergence() {
  experiment x.yaml 'optimizer: {name: sgd, lr: 1.0e30}'
  expect 1 run x.yaml --set train.steps=200 --out results
  says stdout 'diverged'
  says results/summary.json '"diverged_at": [0-9]'
}

test_divergence_explains_itself() {
  experiment x.yaml 'optimizer: {name: sgd, lr: 1.0e30}'
  local mode
  for mode in false true; do
    expect 1 run x.yaml --set "train.detect_anomaly=$mode" --set 'cells=[lstm]' --out results --force
    says stdout 'diverged at training step 2, .*the value of squared_error \[batch=.*is not finite: ' \
      "^  belongs to: 'h' at time step 5, parameters 'readout.weight' and 'readout.bias'" \
      '^  operand 0: affine \[batch=[0-9]+, features=1\]: .*, all finite' \
      '^  upstream: it began here' \
      "^  .*parameter 'readout\.[a-z]+' is as large as .*: a learning rate that is too large"
    says results/resolved.yaml "detect_anomaly: $mode"
    says results/summary.json 'belongs to: .*operand 0: '
  done
  says stdout 'anomaly mode, forward'
}

test_an_update_that_breaks_a_parameter() {
  experiment x.yaml 'optimizer: {name: sgd, lr: 1.0e300}'
  expect 1 run x.yaml --out results
  says stdout "at training step 1, parameter '.*' is not finite after the update: [0-9]+ of " \
    '^  its gradient, clipped: .*, all finite' '^  A learning rate that is too large'
}

test_interrupt() {
  experiment x.yaml
  local code=0 process
  run_without_end results/vanilla/seed1/metrics.jsonl
  kill -INT "$process"
  wait "$process" || code=$?
  [[ "$code" == 130 ]] || fail "exit code $code instead of 130"
  says running 'interrupted after [0-9]+ steps'
  [[ -s results/vanilla/seed1/checkpoint.safetensors ]] || fail "no checkpoint"
}

test_interrupt_tells_of_runs_that_were_not_started() {
  experiment x.yaml 'seeds: [1, 2, 3]'
  local code=0 process
  run_without_end results/vanilla/seed1/checkpoint.safetensors
  kill -INT "$process"
  wait "$process" || code=$?
  [[ "$code" == 130 ]] || fail "exit code $code instead of 130"
  says running 'best validation mse [0-9]' '^2 runs not started' \
    '1 of 3 interrupted, 2 of 3 not started'
  says results/summary.json '"seed": 3' '"steps": null' '"interrupted": true' '"parameters": null'
}

test_failed_runs_are_in_the_summary() {
  experiment x.yaml 'seeds: [1, 2]'
  # What a run writes is a directory already when it comes to it.
  mkdir -p results/vanilla/seed1/metrics.jsonl
  echo 'task: adding' >results/resolved.yaml
  expect 2 run x.yaml --out results --force
  says stderr 'run vanilla seed 1: .*metrics\.jsonl'
  says stdout 'vanilla seed 1 +failed' 'mse \(test\), median \(range\)' '1 of 2 failed'
  says results/summary.json '"failed": ".*metrics' '"steps": null' '"seed": 2' \
    '"final_metric": [0-9]'
}

# What each cell came to, and two cells seed by seed: in the summary, at the end, in the report.
test_cells_are_compared_seed_by_seed() {
  experiment x.yaml 'seeds: [1, 2, 3]'
  expect 0 run x.yaml --set 'cells=[vanilla, gru]' --set train.steps=40 --out results
  says stdout '(vanilla better than gru|gru better than vanilla) in [0-3] of 3 seeds \(sign test p = (0.25|1)\)'
  says results/summary.json '"results"' '"median": [0-9]' '"low": [0-9]' '"high": [0-9]' '"runs": 3' \
    '"a": "vanilla"' '"b": "gru"' '"sign_test_p": (0.25|1.0)'
  says results/report.html '"paired":\["[^]]*sign test p = '
}

test_table_without_what_does_not_apply() {
  experiment x.yaml 'probes: {gradient_flow: [0, 4]}'
  expect 0 run x.yaml --out results
  says stdout '1 run, ' 'mse \(test\)  '
  if grep -Eq 'solved|median' stdout; then fail "columns that say nothing"; fi
  says stderr '^probes.gradient_flow: step 4 comes after the last training step'
  [[ "$(wc -l <stderr)" == 1 ]] || fail "more than one line"
}

test_gradients_are_verified_first() {
  experiment x.yaml
  expect 0 run x.yaml --verify --set 'cells=[vanilla, lstm, gru]' --out results
  says stdout 'verify vanilla: ' 'verify lstm: ' 'verify gru: '
}

test_large_orthogonal_matrices_in_run_processes() {
  # Large enough for a factorisation with several threads, which would not survive the fork.
  experiment x.yaml 'init: {recurrent: orthogonal}'
  timeout --kill-after=5 60 "$program" run x.yaml --set hidden_size=200 --out results >stdout 2>stderr ||
    fail "no end within a minute"
}

test_same_seed_same_bits_in_parallel_or_not() {
  experiment x.yaml 'seeds: [1, 2]'
  expect 0 run x.yaml --out one
  expect 0 run x.yaml --set parallel=2 --out two
  local seed
  for seed in 1 2; do
    cmp "one/vanilla/seed$seed/checkpoint.safetensors" "two/vanilla/seed$seed/checkpoint.safetensors" ||
      fail "seed $seed came out differently"
  done
}

run_case
