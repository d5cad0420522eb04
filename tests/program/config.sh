#!/usr/bin/env bash
# config.sh PROGRAM CONFIG DIRECTORY: runs a configuration for three steps on few held-out sequences,
# and fashion_smoke as it is.
set -euo pipefail
program="$1" config="$2" directory="$3"
cd "$(dirname "$config")/../.."  # where data sets that were fetched are looked for
rm -rf "${directory:?}"
mkdir -p "$directory"

"$program" run "$config" --dry-run >"$directory/dry_run.yaml"
changes=()
# change KEY VALUE: where the configuration has such a key.
change() {
  if grep -Eq "(^|[ {,])${1##*.}:" "$directory/dry_run.yaml"; then changes+=(--set "$1=$2"); fi
}
if [[ "${config##*/}" != fashion_smoke.yaml ]]; then
  changes=(--set train.steps=3 --set 'seeds=[1]')
  change task.evaluation_sequences 32
  change task.validation_images 32
  change task.test_images 32
fi

# Twice, the second time from what the first one wrote down: a resolved configuration is complete.
"$program" run "$config" "${changes[@]}" --out "$directory/results"
"$program" run "$directory/results/resolved.yaml" --dry-run >"$directory/again.yaml"
cmp "$directory/results/resolved.yaml" "$directory/again.yaml"
grep -q '"final_metric"' "$directory/results/summary.json"
