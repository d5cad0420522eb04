#!/usr/bin/env bash
# Cells from shared objects. PLUGINS, the fourth argument, is where tests/plugins is built.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
plugins="$4"

# config CELL...: an experiment beside its plugin, copied here.
config() {
  local IFS=, list
  list="$*"
  cat >plugin.yaml <<YAML
plugins: [./$plugin]
task: {name: adding, length: 6, evaluation_sequences: 8}
cells: [$list]
hidden_size: 4
train: {steps: 8, batch_size: 2}
YAML
  cp "$plugins/$plugin" .
}

test_plugin_is_listed_and_described() {
  expect 0 list cells --plugin "$plugins/mine.so"
  says stdout 'traces' 'lstm'
  says stderr 'its code runs in this program, cells: traces'
  expect 0 describe traces --plugin "$plugins/mine.so"
  expect 0 plan traces --shape 2,8,4,5 --plugin "$plugins/mine.so"
}

test_plugin_trains_from_a_config() {
  plugin=mine.so
  config traces lstm
  mkdir elsewhere
  (cd elsewhere && expect 0 run ../plugin.yaml --out ../results)
  says results/resolved.yaml "/mine.so"
  # The results say which plugin they need.
  expect 0 eval results
  says stdout 'traces seed 1: .*as in summary.json'
}

# A cell gives the same bits in a program that it is linked to.
test_plugin_is_the_same_when_linked() {
  plugin=mine.so
  config traces
  expect 0 run plugin.yaml --out loaded
  sed -i 1d plugin.yaml
  program="$plugins/linked_plugin" expect 0 run plugin.yaml --out linked
  cmp loaded/traces/seed1/checkpoint.safetensors linked/traces/seed1/checkpoint.safetensors ||
    fail "the parameters differ"
}

test_plugin_by_an_option() {
  plugin=mine.so
  config traces
  sed -i 1d plugin.yaml
  refused "unknown cell 'traces'" -- run plugin.yaml --out results
  expect 0 run plugin.yaml --out results --plugin ./mine.so
}

# Each fault is one of its own runs; the LSTM beside them is trained.
test_plugin_with_faults_harms_no_other() {
  plugin=broken.so
  config throws throws_anything crashes wrong_shape crashes_later lstm
  expect 2 run plugin.yaml --out results
  says stdout '^lstm seed 1 .* after 8 steps'
  says stderr 'run throws seed 1: .*no more of this' 'run throws_anything seed 1: .*no std::exception' \
    'run crashes seed 1: .*Aborted' 'run wrong_shape seed 1: .*features=8' \
    'run crashes_later seed 1: killed by signal 6'
}

# Sizes are found for the others, and they are verified.
test_plugin_with_faults_harms_no_fair_comparison() {
  plugin=broken.so
  config throws lstm
  sed -i '/^hidden_size/d' plugin.yaml
  expect 2 run plugin.yaml --out results --set match_parameters=lstm-4 --verify
  says stderr '  throws: no size found' '  lstm: hidden_size 4' 'run throws seed 1: .*no more of this'
  says stdout 'verify throws: not done: .*no more of this' 'verify lstm: ' '^lstm seed 1 .* after 8 steps'
}

# A task whose sequences go on, some of them afresh; and tasks with faults, which are found first.
test_plugin_with_tasks() {
  plugin=tasks.so
  config lstm
  expect 0 run plugin.yaml --out results --set task=documents --set modifiers.stateful=true
  says stdout '^task documents, '
  says results/summary.json '"chance": 0.5' '"metric"'
  expect 2 run plugin.yaml --set task=throwing_task
  says stderr "^task 'throwing_task' of a plugin: .* no data today"
  expect 2 run plugin.yaml --set task=crashing_task
  says stderr "^task 'crashing_task' of a plugin: .* it crashes: Aborted"
}

test_plugin_that_does_not_fit() {
  refused 'expected one built for Carousel' 'got 0.0.1' -- list --plugin "$plugins/other_version.so"
  refused 'expected one built with' 'the moon' -- list --plugin "$plugins/other_build.so"
  refused 'carousel_plugin' -- list --plugin "$plugins/no_function.so"
  refused "cell 'lstm'" 'registered already' -- list --plugin "$plugins/taken_name.so"
  refused 'a plugin that can be loaded' 'it crashes: Aborted' -- list --plugin "$plugins/crashes.so"
}

test_plugin_file_that_is_none() {
  refused 'no such file' -- list --plugin ./nowhere.so
  echo text >text.so
  refused 'shared object' -- list --plugin ./text.so
  refused 'a path with a slash' 'its code will be run' -- list --plugin mine.so
  printf 'plugins: ./mine.so\ntask: adding\ncells: [lstm]\n' >wrong.yaml
  refused 'wrong.yaml:1:10: plugins: expected a list' -- run wrong.yaml
}

run_case
