#!/usr/bin/env bash
# clang_tidy.sh ROOT BUILD: no file of ours draws a warning of the checks in .clang-tidy. The compile
# commands are those of the build.
# shellcheck source=tests/lint/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
root="$PWD" build="$2"
command -v run-clang-tidy >/dev/null || { fault "clang-tidy was not found; tests/run.sh --full installs it"; finish; }
[[ -e "$build/compile_commands.json" ]] || { fault "$build has no compile_commands.json"; finish; }
# Its output is pages of commands and traces; what matters are the lines with a place and a check.
output="$(run-clang-tidy -quiet -extra-arg=-Wno-unknown-warning-option -j "$(nproc)" -p "$build" \
  "^$root/(autograd|cells|optim|experiments)/.*\.cpp$" 2>&1)" || fault "clang-tidy found:"
if ((faults > 0)); then
  grep -E '(error|warning): ' <<<"$output" | sort -u >&2 || tail -n 20 <<<"$output" >&2
fi
finish
