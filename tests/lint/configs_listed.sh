#!/usr/bin/env bash
# The table in experiments/README.md has a row for every configuration, and no other.
# shellcheck source=tests/lint/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readme=experiments/README.md
[[ -e "$readme" ]] || { fault "there is no $readme"; finish; }
configs=(experiments/configs/*.yaml)
((${#configs[@]} > 0)) || fault "there is no experiments/configs/*.yaml"
for config in "${configs[@]}"; do
  name="${config##*/}"
  row="$(grep -F "| \`$name\` |" "$readme" || true)"
  question="$(sed -n 's/^question: //p' "$config")"
  if [[ -z "$row" ]]; then
    fault "$readme has no row of $name"
  elif [[ -z "$question" ]]; then
    fault "$config asks no question"
  elif [[ "$row" == *"|  |"* || "$row" == *"| |"* ]]; then
    fault "$readme has no result of $name; experiments/measure.sh ${name%.yaml} writes it"
  fi
done
# shellcheck disable=SC2016
while IFS= read -r name; do
  [[ -e "experiments/configs/$name" ]] || fault "$readme has a row of $name, which does not exist"
done < <(sed -n 's/^| `\([^`]*\.yaml\)` |.*/\1/p' "$readme")
finish
