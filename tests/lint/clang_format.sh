#!/usr/bin/env bash
# Every C++ file is as clang-format writes it by .clang-format.
# shellcheck source=tests/lint/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v clang-format >/dev/null || { fault "clang-format was not found; tests/run.sh --full installs it"; finish; }
mapfile -t sources < <(own_files '*.hpp' '*.cpp')
clang-format --dry-run --Werror --ferror-limit=3 "${sources[@]}"
