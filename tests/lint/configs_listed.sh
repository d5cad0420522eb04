#!/usr/bin/env bash
# experiments/README.md names every configuration, and no other.
# shellcheck source=tests/lint/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readme=experiments/README.md
[[ -e "$readme" ]] || { fault "there is no $readme"; finish; }
configs=(experiments/configs/*.yaml)
((${#configs[@]} > 0)) || fault "there is no experiments/configs/*.yaml"
for config in "${configs[@]}"; do
  grep -qF "${config#experiments/}" "$readme" || fault "$readme does not name ${config#experiments/}"
done
while IFS= read -r name; do
  [[ -e "experiments/$name" ]] || fault "$readme names $name, which does not exist"
done < <(grep -oE 'configs/[A-Za-z0-9_-]+\.yaml' "$readme" | sort -u)
finish
