# Sourced by the tests beside it: a headless Chromium, spoken to by the WebDriver protocol.
# shellcheck shell=bash

driver_process=''
driver=''   # address of chromedriver
session=''  # address of the browser's session

# request METHOD ADDRESS [JSON]: the answer's `value`.
request() {
  local answer
  answer="$(curl -sS --noproxy '*' -X "$1" -H 'Content-Type: application/json' \
    ${3:+--data "$3"} "$2")" || fail "chromedriver does not answer"
  if [[ "$(jq -r '.value | objects | .error // empty' <<<"$answer")" != '' ]]; then
    fail "WebDriver: $(jq -r '.value.message' <<<"$answer" | head -n 3)"
  fi
  jq -c '.value' <<<"$answer"
}

# open_browser WIDTH HEIGHT [phone]: starts Chromium with a window of that size; a phone has a touch
# screen and a scale of its own.
open_browser() {
  local port='' i options
  : >driver.log  # there before it is looked into
  chromedriver --port=0 >>driver.log 2>&1 &
  driver_process=$!
  trap close_browser EXIT
  for ((i = 0; i < 300; ++i)); do
    port="$(sed -n 's/.*started successfully on port \([0-9]*\).*/\1/p' driver.log)"
    if [[ -n "$port" ]]; then break; fi
    sleep 0.1
  done
  [[ -n "$port" ]] || fail "chromedriver did not start: $(head -n 3 driver.log)"
  driver="http://127.0.0.1:$port"
  # No sandbox: tests may run as root. The other switches keep Chromium from calling home.
  options="$(jq -nc --arg size "--window-size=$1,$2" --arg data "$PWD/profile" \
    --arg kind "${3:-}" --argjson width "$1" --argjson height "$2" '
    {args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--hide-scrollbars", $size, "--user-data-dir=" + $data]}
    + if $kind == "phone" then {mobileEmulation: {deviceMetrics:
        {width: $width, height: $height, pixelRatio: 2, mobile: true, touch: true}}} else {} end')"
  session="$driver/session/$(request POST "$driver/session" "$(jq -nc --argjson options "$options" '
    {capabilities: {alwaysMatch: {browserName: "chrome", "goog:chromeOptions": $options,
      "goog:loggingPrefs": {browser: "ALL", performance: "ALL"}}}}')" | jq -r .sessionId)"
}

close_browser() {
  if [[ -n "$session" ]]; then curl -sS --noproxy '*' -X DELETE "$session" >/dev/null 2>&1 || true; fi
  if [[ -n "$driver_process" ]]; then
    kill "$driver_process" 2>/dev/null || true
    wait "$driver_process" 2>/dev/null || true
  fi
  rm -rf profile
}

# visit FILE: opens a page from disk and waits until its charts are drawn.
visit() {
  request POST "$session/url" "$(jq -nc --arg url "file://$PWD/$1" '{url: $url}')" >/dev/null
  local i
  for ((i = 0; i < 50; ++i)); do
    if [[ "$(script 'return [...document.querySelectorAll("svg.drawing")].every(
        svg => svg.childElementCount > 0 || svg.closest("[hidden]"))')" == true ]]; then return; fi
    sleep 0.1
  done
  fail "charts that were not drawn"
}

# script TEXT: what the script returns, as JSON.
script() {
  request POST "$session/execute/sync" "$(jq -nc --arg text "$1" '{script: $text, args: []}')"
}

# save CHART KIND FILE: what a chart's button CSV or SVG gives, looked at on its way to the disk.
save() {
  script "window.saved = []; const make = URL.createObjectURL;
    URL.createObjectURL = blob => { blob.text().then(text => window.saved.push(text)); return make(blob); };
    document.querySelector('figure[data-chart=\"$1\"] [data-save=$2]').click();
    URL.createObjectURL = make;" >/dev/null
  local i
  for ((i = 0; i < 50; ++i)); do
    if [[ "$(script 'return window.saved.length')" != 0 ]]; then break; fi
    sleep 0.1
  done
  script 'return window.saved[0] ?? ""' | jq -r . >"$3"
}

# devtools COMMAND PARAMETERS: a command of the browser's own protocol.
devtools() {
  request POST "$session/goog/cdp/execute" "$(jq -nc --arg cmd "$1" --argjson params "$2" \
    '{cmd: $cmd, params: $params}')" >/dev/null
}

# log KIND: the entries so far, "browser" for the console or "performance" for the network.
log() { request POST "$session/se/log" "{\"type\": \"$1\"}"; }

# picture FILE: a screenshot of the whole page.
picture() {
  request POST "$session/goog/cdp/execute" \
    '{"cmd": "Page.captureScreenshot", "params": {"captureBeyondViewport": true}}' |
    jq -r .data | base64 -d >"$1"
}
