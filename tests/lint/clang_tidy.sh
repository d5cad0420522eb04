#!/usr/bin/env bash
# clang_tidy.sh ROOT BUILD: no file of ours draws a warning of the checks in .clang-tidy. The compile
# commands are those of the build.
# shellcheck source=tests/lint/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
root="$PWD" build="$2"
command -v run-clang-tidy >/dev/null || { fault "clang-tidy was not found; tests/run.sh --full installs it"; finish; }
[[ -e "$build/compile_commands.json" ]] || { fault "$build has no compile_commands.json"; finish; }
run-clang-tidy -quiet -j "$(nproc)" -p "$build" "^$root/(autograd|cells|optim|experiments)/.*\.cpp$"
