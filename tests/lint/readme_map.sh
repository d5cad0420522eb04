#!/usr/bin/env bash
# The map of the tree in README.md, between <!-- map --> and <!-- end -->, has every folder down to the
# second level and nothing that does not exist. A line of it is two blanks for each level, a name
# (folders end in /) and what is there.
# shellcheck source=tests/lint/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mapped=()
parents=()
while IFS= read -r line; do
  if [[ "$line" == '```'* || -z "$line" ]]; then continue; fi
  indent="${line%%[! ]*}"
  read -r name _ <<<"$line"
  depth=$((${#indent} / 2))
  parents=("${parents[@]:0:depth}" "$name")
  path="$(printf '%s' "${parents[@]}")"
  mapped+=("$path")
  if [[ ! -e "$path" ]]; then fault "README.md: the map has $path, which does not exist"; fi
done < <(sed -n '/^<!-- map -->$/,/^<!-- end -->$/p' README.md | sed '1d;$d')

if ((${#mapped[@]} == 0)); then fault "README.md: no map between <!-- map --> and <!-- end -->"; fi
while IFS= read -r folder; do
  found=''
  for path in "${mapped[@]}"; do
    if [[ "$path" == "$folder/" ]]; then found=yes; fi
  done
  [[ -n "$found" ]] || fault "README.md: the map lacks $folder/"
done < <(own_files '*' | grep / | cut -d/ -f1,2 | while IFS= read -r path; do
  if [[ -d "$path" ]]; then printf '%s\n%s\n' "${path%%/*}" "$path"; else echo "${path%%/*}"; fi
done | grep -v '^\.' | LC_ALL=C sort -u)
finish
