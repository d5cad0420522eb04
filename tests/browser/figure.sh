#!/usr/bin/env bash
# figure.sh REPORT CHART SVG: takes one chart of a report as a picture, as its button SVG gives it:
#   tests/browser/figure.sh runs/measured/quickstart/report.html flow_start experiments/report/figure.svg
set -euo pipefail
(($# == 3)) || { sed -n '2,3s/^# //p' "$0" >&2; exit 2; }
report="$(realpath "$1")" chart="$2" picture="$(realpath -m "$3")"
fail() {
  echo "figure.sh: $*" >&2
  exit 1
}
# shellcheck source=tests/browser/webdriver.sh
source "$(dirname "${BASH_SOURCE[0]}")/webdriver.sh"
desk="$(mktemp -d)"
cd "$desk"
cp "$report" report.html
open_browser 1280 900
visit report.html
save "$chart" svg picture.svg
grep -q '^<svg ' picture.svg || fail "$report has no chart $chart"
cp picture.svg "$picture"
