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
# another comment sign). `quotes.sh ROOT --update` writes the regions into the READMEs.
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

while IFS= read -r readme; do
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
