#!/usr/bin/env bash
# What a README quotes is what stands in the file:
#
#     <!-- quote: path#region -->      without #region the whole file
#     ```cpp
#     ...
#     ```
#     <!-- end -->
#
# where the file has the region between lines `// region: region` and `// end region: region` (or with
# another comment sign: `# region: region` in YAML). README.md and cells/README.md, from which people
# learn to write a cell, must quote something, and no README may have a marker that a formatter has
# damaged. `quotes.sh ROOT --update` writes the regions into the READMEs.
# shellcheck source=tests/lint/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
update="${2:-}"

# region PATH NAME: its lines.
region() {
  if [[ -z "$2" ]]; then cat "$1"; return; fi
  awk -v name="$2" '
    /^ *(\/\/|#) end region: / && $NF == name { inside = 0 }
    inside { print }
    /^ *(\/\/|#) region: / && $NF == name { inside = 1 }' "$1"
}

# fence PATH: what starts the block of code.
fence() {
  case "$1" in
    *.cpp | *.hpp) echo '```cpp' ;;
    *.yaml) echo '```yaml' ;;
    *CMakeLists.txt | *.cmake) echo '```cmake' ;;
    *) echo '```sh' ;;
  esac
}

# quoted README: the README with every quotation replaced by what it should be.
quoted() {
  local line source path name inside=''
  while IFS= read -r line; do
    if [[ -n "$inside" && "$line" != '<!-- end -->' ]]; then continue; fi
    inside=''
    printf '%s\n' "$line"
    if [[ "$line" =~ ^'<!-- quote: '([^ ]+)' -->'$ ]]; then
      source="${BASH_REMATCH[1]}"
      path="${source%%#*}"
      name="${source#"$path"}"
      name="${name#\#}"
      if [[ ! -f "$path" || -z "$(region "$path" "$name")" ]]; then
        echo "(there is no $source)"
      fi
      fence "$path"
      if [[ -f "$path" ]]; then region "$path" "$name"; fi
      echo '```'
      inside=yes
    fi
  done <"$1"
  if [[ -n "$inside" ]]; then echo "(a quotation without <!-- end -->)"; fi
}

# damaged README: its lines, with numbers, that look like the start or the end of a quotation and are
# none. Words in `backticks` are text about markers.
damaged() {
  # shellcheck disable=SC2016
  sed 's/`[^`]*`//g' "$1" |
    grep -niE '<! *-+ *(quote|map|end)\b|\b(quote|map|end) *-+ *>|^ *(<[^ ]* *)?quote *:' |
    grep -vE '^[0-9]+:<!-- (quote: [^ ]+|map|end) -->$' || true
}

for readme in README.md cells/README.md; do
  grep -qsE '^<!-- quote: [^ ]+ -->$' "$readme" || fault "$readme quotes nothing"
done

while IFS= read -r readme; do
  marks="$(damaged "$readme")"
  if [[ -n "$marks" ]]; then
    fault "$readme has a damaged marker; it is <!-- quote: path#region --> or <!-- end -->, alone on its line:"
    fault "$marks"
    continue
  fi
  grep -q '^<!-- quote: ' "$readme" || continue
  if [[ "$update" == --update ]]; then
    text="$(quoted "$readme")"
    printf '%s\n' "$text" >"$readme"
  elif ! difference="$(diff "$readme" <(quoted "$readme"))"; then
    fault "$readme quotes what is not there any more; tests/lint/quotes.sh . --update writes it anew:"
    fault "$difference"
  fi
done < <(own_files '*.md')
finish
