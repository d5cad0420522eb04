#!/usr/bin/env bash
# Lower layers include nothing of higher ones: autograd <- cells, optim <- experiments. Only
# experiments reads YAML, and only tests include tests.
# shellcheck source=tests/lint/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# forbid FOLDER PATTERN: no file of the folder includes a header that begins like this.
forbid() {
  local line
  [[ -d "$1" ]] || { fault "there is no folder $1"; return; }
  while IFS= read -r line; do
    fault "$line: $1 must not include this"
  done < <(grep -rnE --include='*.hpp' --include='*.cpp' "^ *# *include *[<\"]($2)" "$1")
}

forbid autograd 'cells/|optim/|experiments/|tests/|yaml-cpp/'
forbid cells 'optim/|experiments/|tests/|yaml-cpp/'
forbid optim 'cells/|experiments/|tests/|yaml-cpp/'
forbid experiments 'tests/'
finish
