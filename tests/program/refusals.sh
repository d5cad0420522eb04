#!/usr/bin/env bash
# Configurations that are wrong: exit code 2, and a message with the place and what to do.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

test_missing_file() { refused 'nowhere\.yaml' -- run nowhere.yaml; }

test_directory_for_a_file() {
  mkdir folder.yaml
  refused 'folder\.yaml' -- run folder.yaml
}

test_empty_file() {
  : >x.yaml
  refused 'x\.yaml' -- run x.yaml
}

test_broken_yaml() {
  printf 'task: {name: adding\ncells: [vanilla]\n' >x.yaml
  refused 'x\.yaml:[0-9]+:[0-9]+' -- run x.yaml
}

test_binary_file() {
  printf '\000\001\002\377\376' >x.yaml
  refused 'x\.yaml' -- run x.yaml
}

test_unknown_key() {
  experiment x.yaml 'hiden_size: 8'
  refused 'x\.yaml:6:1' "'hiden_size'" "'hidden_size'" -- run x.yaml
}

test_unknown_key_of_a_task() {
  experiment x.yaml
  refused "'delai'" 'adding' 'length' -- run x.yaml --set task.delai=3
}

test_key_twice() {
  experiment x.yaml 'parallel: 2'
  refused 'x\.yaml:6:1' 'parallel' -- run x.yaml
}

test_wrong_type() {
  experiment x.yaml 'seeds: many'
  refused 'x\.yaml:6:8' 'seeds' 'many' -- run x.yaml
}

test_fraction_for_a_count() {
  experiment x.yaml
  refused 'steps' '2\.5' -- run x.yaml --set train.steps=2.5
}

test_negative_size() {
  experiment x.yaml
  refused 'hidden_size' '-4' -- run x.yaml --set hidden_size=-4
}

test_zero_size() {
  experiment x.yaml
  refused 'batch_size' 'at least 1' -- run x.yaml --set train.batch_size=0
}

test_huge_size() {
  experiment x.yaml
  refused 'hidden_size' -- run x.yaml --set hidden_size=99999999999999999999
}

test_sizes_beyond_memory() {
  experiment x.yaml
  refused "cell 'vanilla'" 'hidden_size 100000000' -- \
    run x.yaml --set hidden_size=100000000 --out results
  refused "task 'adding'" 'train\.batch_size' -- \
    run x.yaml --set train.batch_size=1000000000000000 --out results
  [[ ! -e results ]] || fail "something was written"
}

test_more_threads_than_sequences() {
  experiment x.yaml
  refused 'threads' 'train\.batch_size, 2' '3' -- run x.yaml --set threads=3
}

test_reserved_label() {
  experiment x.yaml
  refused 'cells\.0\.label' 'summary\.json' -- \
    run x.yaml --set 'cells=[{name: gru, label: summary.json}]'
}

test_nan_learning_rate() {
  experiment x.yaml 'optimizer: {name: sgd, lr: .nan}'
  refused 'x\.yaml:6:28' 'lr' '[nN]a[nN]' -- run x.yaml
}

test_infinite_learning_rate() {
  experiment x.yaml 'optimizer: {name: sgd, lr: .inf}'
  refused 'lr' 'inf' -- run x.yaml
}

test_unknown_cell() {
  experiment x.yaml
  refused "'lsmt'" "'lstm'" 'vanilla' -- run x.yaml --set 'cells=[lsmt]'
}

test_unknown_task() {
  experiment x.yaml
  refused "'ading'" "'adding'" -- run x.yaml --set task=ading
}

test_no_cells() {
  experiment x.yaml
  refused 'cells' -- run x.yaml --set 'cells=[]'
}

test_equal_labels() {
  experiment x.yaml
  refused 'label' 'vanilla' -- run x.yaml --set 'cells=[vanilla, vanilla]'
}

test_set_without_a_value() {
  experiment x.yaml
  refused 'train\.steps' '=' -- run x.yaml --set train.steps
}

test_set_of_an_unknown_path() {
  experiment x.yaml
  refused "'trian'" "'train'" -- run x.yaml --set trian.steps=3
}

test_memory() {
  experiment x.yaml
  refused 'train.memory' "'lots'" 'full, sqrt or a size' -- run x.yaml --set train.memory=lots
  refused "train.memory, cell 'vanilla'" 'at least' '40KiB' 'suffices for T = ' \
    -- run x.yaml --set train.memory=40KiB --set task.length=2000
  [[ ! -e x ]] || fail "a refusal made a directory"
}

test_modifiers_that_would_do_nothing() {
  experiment x.yaml
  refused "cell 'vanilla', masked_output" 'adding' 'Nothing is padded' -- \
    run x.yaml --set modifiers.masked_output=zero
  refused "cell 'vanilla', stateful" 'adding' 'begins afresh' -- run x.yaml --set modifiers.stateful=true
  expect 0 run x.yaml --set modifiers.masked_output=zero --set task.length_spread=0.5
}

test_directions_of_sequences_that_go_on() {
  for _ in {1..50}; do echo 'What comes next, and what came before?'; done >text.txt
  experiment x.yaml
  local text=(--set 'task={name: text, file: ./text.txt, window: 5}' --set modifiers.bidirectional=sum)
  refused "cell 'vanilla', bidirectional" 'go on' 'modifiers\.stateful' -- run x.yaml "${text[@]}"
  refused 'stateful' 'one direction' -- run x.yaml "${text[@]}" --set modifiers.stateful=true
  expect 0 run x.yaml "${text[@]}" --set modifiers.stateful=false
  expect 0 run x.yaml "${text[@]:0:2}" --set modifiers.stateful=true
}

run_case
