#!/usr/bin/env bash
# What the program prints about itself, and how it takes its arguments.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

test_help() {
  expect 0 --help
  says stdout 'run' 'list' '130'
  [[ ! -s stderr ]] || fail "help on stderr"
  expect 0 run --help
  says stdout '--set' '--out' '--dry-run' '--verify' '--force'
}

test_version() {
  expect 0 --version
  says stdout '^carousel [0-9]+\.[0-9]+\.[0-9]+$'
}

test_list() {
  expect 0 list
  says stdout '^cells$' '^tasks$' '^optimizers$' '^schedules$' '^initializers$' '^ops$' '^  lstm '
  expect 0 list cells --names
  says stdout '^vanilla$' '^lstm$' '^gru$'
  expect 0 list ops --names
  says stdout '^tanh$' '^linear$'
}

test_list_unknown_kind() { refused 'cels' 'cells' -- list cels; }

test_no_command() { refused 'run' 'list' --; }

test_unknown_command() { refused "'rnu'" 'run' -- rnu x.yaml; }

test_unknown_option() {
  experiment x.yaml
  refused "'--dryrun'" '--dry-run' -- run x.yaml --dryrun
}

test_surplus_argument() {
  experiment x.yaml
  refused "'y.yaml'" -- run x.yaml y.yaml
}

test_dry_run_prints_the_whole_configuration() {
  experiment x.yaml
  expect 0 run x.yaml --dry-run --out results
  says stdout '^task:' '^cells:' '^optimizer:' 'beta1' 'evaluation_sequences: 8'
  says stderr '^memory of a training step, predicted: vanilla [0-9.]+ KiB$'
  [[ ! -e results ]] || fail "a dry run made a directory"
}

test_memory_of_a_run_is_said() {
  experiment x.yaml
  expect 0 run x.yaml --set train.memory=sqrt --set task.length=300 --out results
  says stderr '^memory of a training step, predicted: vanilla [0-9.]+ KiB, segments of 32 steps$'
  says stdout '^cell .* memory ' '^vanilla .* [0-9.]+ KiB '
  grep -Eq '"peak_bytes": [0-9]{5,}' results/summary.json || fail "no peak in the summary"
}

test_set_reaches_the_configuration() {
  experiment x.yaml
  expect 0 run x.yaml --dry-run --set task.length=9 --set 'cells=[gru]' --set cells.gru.reset=before
  says stdout 'length: 9' 'gru' 'reset: before'
}

test_listing_to_a_full_device() {
  [[ -e /dev/full ]] || exit 0
  local code=0
  "$program" list >/dev/full 2>stderr || code=$?
  [[ "$code" == 2 ]] || fail "exit code $code instead of 2 where stdout is full"
  [[ -s stderr ]] || fail "no message"
}

run_case
