#!/usr/bin/env bash
# Results that cannot be written: exit code 2, a message that names the file, and nothing half-written
# that could be taken for complete.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

test_results_are_written() {
  experiment x.yaml
  expect 0 run x.yaml --out results
  says stdout 'results'
  [[ -s results/resolved.yaml ]] || fail "no resolved.yaml"
  says results/summary.json '"seed": 1' '"final_metric"'
  (($(grep -c '^{.*}$' results/vanilla/seed1/metrics.jsonl) >= 4)) || fail "not a line for each step"
  [[ -z "$(find results -name '*.part')" ]] || fail "a half-written file was left"
}

test_resolved_configuration_gives_the_same_results() {
  experiment x.yaml
  expect 0 run x.yaml --out first
  expect 0 run first/resolved.yaml --out second
  cmp first/resolved.yaml second/resolved.yaml || fail "another configuration"
  cmp first/vanilla/seed1/checkpoint.safetensors second/vanilla/seed1/checkpoint.safetensors ||
    fail "other parameters"
}

test_output_below_a_regular_file() {
  experiment x.yaml
  echo text >file
  refused 'file' -- run x.yaml --out file/results
  [[ "$(<file)" == text ]] || fail "the file has changed"
}

test_output_is_a_regular_file() {
  experiment x.yaml
  echo text >file
  refused 'file' -- run x.yaml --out file
  refused 'file' -- run x.yaml --out file --force
  [[ "$(<file)" == text ]] || fail "the file has changed"
}

test_output_without_permission() {
  experiment x.yaml
  mkdir closed
  chmod 500 closed
  if touch closed/probe 2>/dev/null; then exit 0; fi  # the administrator may write everywhere
  refused 'closed' -- run x.yaml --out closed/results
}

test_existing_results_need_force() {
  experiment x.yaml
  expect 0 run x.yaml --out results
  refused 'results' '--force' -- run x.yaml --set hidden_size=5 --out results
  expect 0 run x.yaml --set hidden_size=5 --out results --force
  says results/resolved.yaml '^hidden_size: 5$'
}

test_force_spares_what_is_not_ours() {
  experiment x.yaml
  mkdir results
  echo precious >results/thesis.txt
  refused 'results' -- run x.yaml --out results
  refused 'results' -- run x.yaml --out results --force
  [[ "$(<results/thesis.txt)" == precious ]] || fail "somebody's file has changed"
}

test_force_removes_only_what_a_run_writes() {
  experiment x.yaml
  expect 0 run x.yaml --set 'cells=[vanilla, gru]' --out results
  mkdir -p results/notes/seed-catalogue results/vanilla/plots results/empty elsewhere/seed1
  echo mine | tee results/notes/today.txt results/vanilla/plots/loss.svg \
    results/vanilla/seed1/remarks.txt elsewhere/seed1/metrics.jsonl >/dev/null
  ln -s ../elsewhere results/link
  echo part >results/gru/seed1/checkpoint.safetensors.part
  expect 0 run x.yaml --set 'cells=[lstm]' --out results --force
  local file
  for file in results/notes/today.txt results/vanilla/plots/loss.svg \
    results/vanilla/seed1/remarks.txt results/link/seed1/metrics.jsonl; do
    [[ "$(<"$file")" == mine ]] || fail "$file has changed"
  done
  [[ -d results/notes/seed-catalogue && -d results/empty ]] || fail "somebody's directory is gone"
  [[ ! -e results/gru ]] || fail "earlier results were left"
  [[ ! -e results/vanilla/seed1/checkpoint.safetensors ]] || fail "an earlier checkpoint was left"
  [[ -s results/lstm/seed1/checkpoint.safetensors ]] || fail "no new results"
}

test_a_second_program_in_the_same_directory() {
  experiment x.yaml
  local code=0 process
  run_without_end results/vanilla/seed1/metrics.jsonl
  refused 'results' 'another carousel is writing there' -- run x.yaml --out results
  refused 'results' 'another carousel is writing there' -- run x.yaml --out results --force
  kill -INT "$process"
  wait "$process" || code=$?
  [[ "$code" == 130 ]] || fail "exit code $code instead of 130"
  expect 0 run x.yaml --out results --force
}

test_a_free_number_skips_files() {
  experiment x.yaml
  mkdir runs
  touch runs/x-1
  expect 0 run x.yaml
  [[ -s runs/x-2/summary.json ]] || fail "not in runs/x-2"
}

# full_after KILOBYTES ARGUMENT...: runs the program with no file longer than that, which stands for a
# disk that gets full; exit code 2 and a message that says so. All output passes a pipe, because the
# limit would hold for a file behind stdout, too.
full_after() {
  local code
  set +e
  (ulimit -f "$1" && exec "$program" "${@:2}" 2>&1) | cat >stdout
  code="${PIPESTATUS[0]}"
  set -e
  grep -E 'results/.*: cannot' stdout >stderr || true
  [[ "$code" == 2 ]] || fail "exit code $code instead of 2 where files end at $1 KiB"
  says stderr 'results.*[Ff]ile too large'
  [[ -z "$(find results -name '*.part')" ]] || fail "a half-written file was left"
  if [[ -e results/summary.json ]]; then
    says results/summary.json '"failed": ".*too large' '"final_metric": null'
  fi
}

test_no_room_for_the_configuration() {
  experiment x.yaml
  full_after 0 run x.yaml --out results
  [[ ! -s results/resolved.yaml ]] || fail "resolved.yaml is there"
}

test_metrics_fill_the_disk() {
  experiment x.yaml
  full_after 8 run x.yaml --set train.steps=2000 --set train.evaluate_every=1000 --out results
  says stderr 'metrics\.jsonl'
  if grep -qv '^{.*}$' results/vanilla/seed1/metrics.jsonl; then fail "half a line was left"; fi
  [[ -z "$(tail -c 1 results/vanilla/seed1/metrics.jsonl)" ]] || fail "no end of the last line"
  [[ -s results/resolved.yaml ]] || fail "it did not fail midway"
}

test_no_room_for_the_checkpoint() {
  experiment x.yaml
  full_after 8 run x.yaml --set hidden_size=64 --out results
  says stderr 'checkpoint'
  [[ ! -e results/vanilla/seed1/checkpoint.safetensors ]] || fail "half a checkpoint"
}

run_case
