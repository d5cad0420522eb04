#!/usr/bin/env bash
# Every bash script passes shellcheck.
# shellcheck source=tests/lint/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v shellcheck >/dev/null || { fault "shellcheck was not found; tests/run.sh --full installs it"; finish; }
mapfile -t scripts < <(own_files '*.sh')
shellcheck -x "${scripts[@]}" .ci/run
