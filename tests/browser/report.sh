#!/usr/bin/env bash
# The report in a real browser: report.sh CASE PROGRAM SCRATCH.
# shellcheck source=tests/program/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../program/common.sh"
# shellcheck source=tests/browser/webdriver.sh
source "$(dirname "${BASH_SOURCE[0]}")/webdriver.sh"

# results: three cells, two seeds and three probes; one cell diverges. At learning rates and sizes
# that take a second.
results() {
  cat >x.yaml <<'YAML'
question: Who <b>remembers</b>?
task: {name: adding, length: 20, evaluation_sequences: 8}
cells:
  - {name: vanilla, activation: linear, label: tiny, init: {recurrent: {name: constant, value: 1.0e-30}}}
  - lstm
  - {name: gru, label: wild, optimizer: {name: sgd, lr: 1.0e+30}, clip: {norm: null}}
hidden_size: 6
clip: {norm: 1}
train: {steps: 40, batch_size: 4, evaluate_every: 10, log_every: 1, solved_at: 0.001}
probes: {gradient_flow: [0, 10, 20]}
seeds: [1, 2]
YAML
  expect 1 run x.yaml --out results
}

# count CHART MARK: how many marks of that kind a chart has.
count() {
  script "return document.querySelectorAll('figure[data-chart=\"$1\"] .mark.$2').length"
}

# expect_count CHART MARK NUMBER
expect_count() {
  local got
  got="$(count "$1" "$2")"
  [[ "$got" == "$3" ]] || fail "$1 has $got marks '$2' instead of $3"
}

test_draws_every_mark() {
  results
  open_browser 1280 900
  visit results/report.html
  [[ "$(script 'return [...document.querySelectorAll("figure.chart")].map(f => f.dataset.chart)')" == \
    '["validation","loss","gradient_norm","flow_start","flow_later","heat_tiny_h","heat_lstm_h","heat_lstm_c","parameters_tiny","parameters_lstm","parameters_wild"]' ]] ||
    fail "other charts: $(script 'return [...document.querySelectorAll("figure.chart")].map(f => f.dataset.chart)')"
  # wild diverges at its first update, so it has neither a validation nor a second probe.
  expect_count validation seed 4
  expect_count validation median 2
  expect_count validation chance 1
  expect_count validation threshold 1
  expect_count loss seed 6
  expect_count gradient_norm threshold 1
  # States: tiny h, lstm h and c, wild h.
  expect_count flow_start median 4
  expect_count flow_start seed 8
  [[ "$(count flow_start underflow)" -gt 0 ]] || fail "an underflow that is not marked"
  # A row for each probe, a column for each t = 0..20.
  expect_count heat_lstm_c cell 63
  expect_count parameters_lstm median 6
}

test_makes_no_noise_and_no_request() {
  results
  open_browser 1280 900
  visit results/report.html
  local console requests
  console="$(log browser)"
  [[ "$console" == '[]' ]] || fail "the console says $console"
  # Those of this document: the page that the browser starts with makes some of its own.
  requests="$(log performance | jq -r '.[].message | fromjson.message
    | select(.method == "Network.requestWillBeSent").params
    | select(.documentURL | startswith("file:")).request.url' | sort -u)"
  [[ "$requests" == "$(script 'return location.href' | jq -r .)" ]] || fail "requests of: $requests"
}

test_shows_text_as_it_is() {
  results
  open_browser 1280 900
  visit results/report.html
  [[ "$(script 'return document.querySelector("h1").textContent')" == '"Who <b>remembers</b>?"' ]] ||
    fail "the question is not shown as it was written"
  [[ "$(script 'return document.querySelector(".answer").textContent')" == *'wild diverged'* ]] ||
    fail "the answer does not tell of what diverged"
}

test_fits_a_phone_and_a_laptop() {
  results
  local size
  for size in '360 740 phone' '1280 800'; do
    # shellcheck disable=SC2086
    open_browser $size
    visit results/report.html
    [[ "$(script 'return document.documentElement.scrollWidth <= window.innerWidth')" == true ]] ||
      fail "the page is wider than $size"
    [[ "$(script 'return [...document.querySelectorAll("svg.drawing")].every(s => s.closest("[hidden]") ||
      s.getBoundingClientRect().right <= document.documentElement.clientWidth + 1)')" == true ]] ||
      fail "a chart is wider than $size"
    close_browser
  done
}

test_hides_and_shows_a_cell_everywhere() {
  results
  open_browser 1280 900
  visit results/report.html
  script 'document.querySelector("figure[data-chart=loss] .legend button[aria-pressed=true]").click()' \
    >/dev/null
  expect_count validation seed 2
  expect_count flow_start median 3
  [[ "$(script 'return document.querySelectorAll(".legend button[aria-pressed=false]").length > 1')" == true ]] ||
    fail "legends that disagree"
  script 'document.querySelector("figure[data-chart=validation] .legend .all").click()' >/dev/null
  expect_count validation seed 4
}

test_reads_values_by_keyboard_and_mouse() {
  results
  open_browser 1280 900
  visit results/report.html
  script 'const svg = document.querySelector("figure[data-chart=validation] svg");
    svg.focus();
    svg.dispatchEvent(new KeyboardEvent("keydown", {key: "End", bubbles: true}));' >/dev/null
  [[ "$(script 'return document.querySelector("figure[data-chart=validation] .tooltip").textContent')" == *'step 40'*lstm* ]] ||
    fail "no values at the last step"
  script 'const svg = document.querySelector("figure[data-chart=heat_lstm_h] svg"), box = svg.getBoundingClientRect();
    svg.dispatchEvent(new PointerEvent("pointermove", {bubbles: true, pointerType: "mouse",
      clientX: box.left + box.width / 2, clientY: box.top + box.height / 2}));' >/dev/null
  [[ "$(script 'return document.querySelector("figure[data-chart=heat_lstm_h] .tooltip:not([hidden])").textContent')" == '"after 10 updates'*norm* ]] ||
    fail "no values under the mouse"
}

test_gives_its_data_away() {
  results
  open_browser 1280 900
  visit results/report.html
  save validation csv validation.csv
  says validation.csv '^cell,seed,step,mse$' '^lstm,2,40,[0-9.e-]+$' '^tiny,median,10,[0-9.e-]+$'
  save flow_start svg flow.svg
  says flow.svg '^<svg .*xmlns="http://www.w3.org/2000/svg"' '</svg>$'
  if grep -Eq 'var\(|class=' flow.svg; then fail "an SVG that needs the page's styles"; fi
}

test_gives_the_data_of_every_chart_away() {
  results
  open_browser 1280 900
  visit results/report.html
  local chart
  for chart in $(script 'return [...document.querySelectorAll("figure.chart")].map(f => f.dataset.chart)' |
    jq -r '.[]'); do
    save "$chart" csv chart.csv
    [[ "$(wc -l <chart.csv)" -gt 1 ]] || fail "no data of $chart"
    if grep -q 'NaN\|undefined' chart.csv; then fail "$chart: data that are no numbers"; fi
    save "$chart" svg chart.svg
    says chart.svg '^<svg ' '</svg>$'
  done
}

test_compares_several_directories() {
  experiment x.yaml
  expect 0 run x.yaml --out one
  expect 0 run x.yaml --out two --set 'cells=[gru, lstm]'
  expect 0 report one two
  open_browser 1280 900
  visit report.html
  [[ "$(script 'return [...document.querySelectorAll("figure[data-chart=validation] .legend button[data-key]")]
    .map(b => b.textContent)')" == '["one/vanilla","two/gru","two/lstm"]' ]] || fail "other cells"
  expect_count validation median 3
  [[ "$(log browser)" == '[]' ]] || fail "the console says $(log browser)"
}

# Contrast of colours as WCAG 2 defines it, for scripts in the page.
contrast_script='
  const luminance = colour => { const [r, g, b] = colour.match(/[\d.]+/g).map(x => x / 255)
    .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const page = getComputedStyle(document.body).backgroundColor;'

test_is_readable_in_light_and_dark() {
  results
  open_browser 1280 900
  local scheme
  for scheme in light dark; do
    devtools Emulation.setEmulatedMedia \
      "{\"features\": [{\"name\": \"prefers-color-scheme\", \"value\": \"$scheme\"}]}"
    visit results/report.html
    [[ "$(script "$contrast_script return luminance(page) $([[ "$scheme" == dark ]] && echo '<' || echo '>') 0.5")" == true ]] ||
      fail "$scheme has the other's background"
    [[ "$(script "$contrast_script return contrast(getComputedStyle(document.body).color, page) >= 7")" == true ]] ||
      fail "$scheme: text of too little contrast"
    [[ "$(script "$contrast_script return [...document.querySelectorAll('.mark.median')]
        .every(m => contrast(getComputedStyle(m).stroke, page) >= 3)")" == true ]] ||
      fail "$scheme: a line of too little contrast"
  done
}

test_tells_in_words_what_it_draws() {
  results
  open_browser 1280 900
  visit results/report.html
  [[ "$(script 'return [...document.querySelectorAll("svg.drawing")].every(svg =>
      svg.getAttribute("role") === "img" && svg.getAttribute("aria-label").length > 40)')" == true ]] ||
    fail "a chart without a text alternative"
  [[ "$(script 'return document.querySelector("figure[data-chart=validation] svg").getAttribute("aria-label")')" == *lstm* ]] ||
    fail "a text alternative without the cells"
}

test_shows_an_experiment_that_goes_on() {
  experiment x.yaml 'seeds: [1, 2]'
  local process
  run_without_end results/vanilla/seed1/checkpoint.safetensors
  expect 0 report results --out now.html
  kill -INT "$process"
  wait "$process" || true
  open_browser 1280 900
  visit now.html
  [[ "$(script 'return document.querySelector(".progress").textContent')" == *'0 of 2 runs have ended'*'vanilla seed 1 at step'*'of 100000000'* ]] ||
    fail "it does not say how far it is"
  [[ "$(log browser)" == '[]' ]] || fail "the console says $(log browser)"
}

run_case
