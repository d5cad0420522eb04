#!/usr/bin/env bash
# Training with two threads; tests/run.sh --full runs these with the thread sanitizer, too.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# two_threads SETTING...: sequences of several lengths in four cells, and twice the same numbers.
two_threads() {
  cat >x.yaml <<'YAML'
task: {name: adding, length: 12, length_spread: 0.5, evaluation_sequences: 8}
cells: [feedforward, vanilla, lstm, gru]
hidden_size: 8
train: {steps: 6, batch_size: 5, evaluate_every: 3, log_every: 1}
parallel: 1
threads: 2
YAML
  local run cell settings=()
  for run in "$@"; do settings+=(--set "$run"); done
  for run in first second; do expect 0 run x.yaml "${settings[@]}" --out "$run"; done
  for cell in feedforward vanilla lstm gru; do
    cmp first/$cell/seed1/checkpoint.safetensors second/$cell/seed1/checkpoint.safetensors ||
      fail "two runs of $cell differ"
  done
}

test_threads_share_a_batch() { two_threads; }

test_threads_with_a_memory_of_segments() { two_threads train.memory=sqrt; }

test_threads_in_anomaly_mode() { two_threads train.detect_anomaly=true; }

# Both threads find that something is not finite.
test_threads_diverge() {
  experiment x.yaml 'optimizer: {name: sgd, lr: 1.0e30}' 'threads: 2'
  expect 1 run x.yaml --set train.steps=200 --out results
  says stdout 'diverged'
}

run_case
