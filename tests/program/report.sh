#!/usr/bin/env bash
# `carousel report` and the report of every run; `carousel eval`.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# page_has FILE TEXT...: the data of a report contain each text as it is.
page_has() {
  local text
  for text in "${@:2}"; do
    grep -qF -- "$text" "$1" || fail "$1 has no $text"
  done
}

test_report_of_every_run() {
  experiment x.yaml 'probes: {gradient_flow: [0, 2]}' 'question: Who <knows>?'
  expect 0 run x.yaml --out results
  says stdout '^report: results/report.html$'
  [[ "$(head -n 2 results/report.html | tail -n 1)" == '<!-- carousel report -->' ]] ||
    fail "a report that does not tell what it is"
  # '<' is escaped, so that no text can end the script element around the data.
  page_has results/report.html '"question":"Who \u003cknows>?"' '"state":"done"' '"running":false' \
    '"median":' '"decay":' 'task:\n  name: adding'
  [[ "$(wc -c <results/report.html)" -lt 3000000 ]] || fail "a report of 3 MB and more"
  if grep -Eq '(src|href)="https?:' results/report.html; then fail "a report that needs a network"; fi
}

test_report_again_and_elsewhere() {
  experiment x.yaml
  expect 0 run x.yaml --out results
  rm results/report.html
  expect 0 report results/
  says stdout '^report: results//?report.html$'
  expect 0 report results --out 'my report.html'
  [[ -s 'my report.html' && -s results/report.html ]] || fail "no report"
  expect 0 report --answer results
  says stdout 'test mse.*chance is 0\.1667\.$'
}

test_report_of_several() {
  experiment x.yaml
  expect 0 run x.yaml --out one/results
  expect 0 run x.yaml --out two/results --set 'cells=[gru]'
  expect 0 report one/results two/results
  says stdout '^report: report.html$'
  page_has report.html '"title":"2 experiments"' '"label":"one/results/vanilla"' \
    '"label":"two/results/gru"'
}

test_report_while_a_run_goes_on() {
  experiment x.yaml 'seeds: [1, 2]'
  local process
  run_without_end results/vanilla/seed1/checkpoint.safetensors
  [[ -s results/report.html ]] || fail "no report at the start"
  expect 0 report results --out now.html
  page_has now.html '"running":true' '"ended":0' '"state":"running"' '"state":"waiting"' \
    'No run has ended yet.'
  kill -KILL "$process"
  wait "$process" || true
  sleep 0.2
  expect 0 report results --out killed.html
  page_has killed.html '"running":false' '"state":"stopped"' 'vanilla was stopped.'
}

test_report_refuses_what_are_no_results() {
  mkdir empty
  : >file
  refused '^nowhere: expected a directory with results .*got nothing of that name' -- report nowhere
  refused '^empty: .*got one without summary.json' -- report empty
  refused '^file: .*got a file' -- report file
  experiment x.yaml
  expect 0 run x.yaml --out results
  echo mine >notes.html
  refused '^/dev/zero: expected a new file' -- report results --out /dev/zero
  refused '^notes.html: expected a new file, or an earlier report.*got something else' -- \
    report results --out notes.html
  [[ "$(<notes.html)" == mine ]] || fail "a file that is no report was changed"
  sed -i '2s/.*/{"step": 2, "loss": /' results/vanilla/seed1/metrics.jsonl
  refused '^results/vanilla/seed1/metrics.jsonl:2: ' -- report results
  rm results/vanilla/seed1/metrics.jsonl
  sed -i '/"steps"/d' results/summary.json
  refused '^results/summary.json: expected results as carousel writes them; got .*steps' -- report results
  sed -i 's/"format": 2/"format": 99/' results/summary.json
  refused '^results/summary.json: expected format 2; got format 99. A newer version' -- report results
}

test_report_leaves_half_a_line_out() {
  experiment x.yaml
  expect 0 run x.yaml --out results
  printf '{"step": 5, "lo' >>results/vanilla/seed1/metrics.jsonl
  expect 0 report results
}

test_eval_gives_the_same_number() {
  experiment x.yaml 'seeds: [1, 2]'
  expect 0 run x.yaml --set 'cells=[vanilla, lstm]' --set train.steps=9 --out results
  expect 0 eval results
  [[ "$(grep -c 'as in summary.json$' stdout)" == 4 ]] || fail "not four equal numbers"
  expect 0 eval results --label lstm --seed 2
  says stdout '^lstm seed 2: test mse 0\.[0-9]+ \(parameters after [0-9]+ steps\), as in summary'
  [[ "$(wc -l <stdout)" == 1 ]] || fail "more than one run"
  expect 0 eval results --label lstm --split validation
  says stdout '^lstm seed 1: validation mse .*, as in summary.json$'
  expect 0 eval results --label lstm --checkpoint last
  says stdout 'parameters after 9 steps'
}

test_eval_notices_another_number() {
  experiment x.yaml
  expect 0 run x.yaml --out results
  sed -i 's/"final_metric": .*/"final_metric": 0.5,/' results/summary.json
  expect 1 eval results
  says stdout 'but summary.json has 0.5$'
}

test_eval_refuses_what_is_not_there() {
  experiment x.yaml
  expect 0 run x.yaml --out results
  refused "unknown label 'vanila'. Did you mean 'vanilla'" -- eval results --label vanila
  refused "one of the experiment's seeds; got 7" -- eval results --seed 7
  refused 'nowhere: expected a directory with results' -- eval nowhere
  rm results/vanilla/seed1/best.safetensors
  expect 1 eval results
  says stdout '^vanilla seed 1: no best.safetensors: .*\(done\)$'
}

test_describe() {
  expect 0 describe lstm --hidden-size 3 --input-size 5
  says stdout '^lstm \(cell\): ' "c' = f∘c" 'weight_ih +\[12, 5\] +input +gates i, f, g, o' \
    '120 in all' 'forget_bias'
  expect 0 describe adding
  says stdout '^adding \(task\): ' 'length += 100'
  expect 0 describe constant
  says stdout '^constant \(schedule\)' '^constant \(initializer\)'
  refused "unknown component 'lsmt'. Did you mean 'lstm'" -- describe lsmt
  refused 'NAME is required' -- describe
}

run_case
