#!/usr/bin/env bash
# No file of code is longer than 300 lines. There are no exceptions.
# shellcheck source=tests/lint/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

while IFS= read -r file; do
  lines="$(wc -l <"$file")"
  if ((lines > 300)); then fault "$file: $lines lines; at most 300, so split it"; fi
done < <(own_files '*.hpp' '*.cpp' '*.sh' '*.cmake' CMakeLists.txt '*.js' '*.css')
finish
