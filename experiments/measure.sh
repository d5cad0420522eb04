#!/usr/bin/env bash
# Runs experiments of configs/ and writes what came out into the table of README.md.
set -euo pipefail
# shellcheck source=.cmake/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../.cmake/setup.sh"

usage() {
  cat <<'TEXT'
Usage: experiments/measure.sh [NAME]...
       experiments/measure.sh --help

Runs each experiments/configs/NAME.yaml (all without a NAME; some half an hour on two cores), and
writes its question, the sentence that its report begins with, and the time it took into the table of
experiments/README.md. Results stay in runs/measured/NAME; those of before are replaced.
TEXT
}

readme="$root/experiments/README.md"
names=()
for argument in "$@"; do
  case "$argument" in
    -h | --help) usage; exit 0 ;;
    -*) usage >&2; refuse "unknown option $argument" ;;
    *)
      [[ -e "$root/experiments/configs/$argument.yaml" ]] ||
        refuse "there is no experiments/configs/$argument.yaml"
      names+=("$argument")
      ;;
  esac
done
if ((${#names[@]} == 0)); then
  for config in "$root"/experiments/configs/*.yaml; do names+=("$(basename "$config" .yaml)"); done
fi

install_packages build
fetch_data
configure "$root/build" "${release[@]}"
build "$root/build" carousel_program
cd "$root"

# put_row NAME ROW: replaces the row of a configuration, or adds it at the end of the table.
put_row() {
  local new
  new="$(mktemp)"
  NAME="$1" ROW="$2" awk '
    function begins(line, start) { return substr(line, 1, length(start)) == start }
    BEGIN { row = ENVIRON["ROW"]; start = "| `" ENVIRON["NAME"] ".yaml` |" }
    /^<!-- measured -->$/ { inside = 1 }
    inside && begins($0, start) { print row; done = 1; next }
    inside && /^<!-- end -->$/ { if (!done) print row; inside = 0 }
    { print }' "$readme" >"$new"
  cat "$new" >"$readme"
  rm -f "$new"
}

for name in "${names[@]}"; do
  results="runs/measured/$name"
  started="$SECONDS" code=0
  build/carousel run "experiments/configs/$name.yaml" --out "$results" --force || code=$?
  # 1: a run diverged, which may be what an experiment shows.
  if ((code > 1)); then exit "$code"; fi
  took=$((SECONDS - started))
  question="$(sed -n 's/^  "question": "\(.*\)",$/\1/p' "$results/summary.json")"
  answer="$(build/carousel report --answer "$results")"
  put_row "$name" "| \`$name.yaml\` | $question | $answer | $((took / 60)):$(printf %02d $((took % 60))) |"
done
