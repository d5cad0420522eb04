#!/usr/bin/env bash
# Installs what is missing, builds all tests and runs them.
set -euo pipefail
# shellcheck source=.cmake/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../.cmake/setup.sh"

usage() {
  cat <<'TEXT'
Usage: tests/run.sh [--full] [OPTION]...
       tests/run.sh --help

Installs the packages that are missing (.cmake/packages.txt, with apt), builds the tests into build/
and runs them; some minutes. Every OPTION is passed to ctest, such as -R cells/ or --rerun-failed.

  --full  adds, in about half an hour: warnings as errors, a comparison with PyTorch, a project that
          uses the installed library, clang-tidy and clang-format; then everything again in
          build-asan/ with the address and undefined-behaviour sanitizers, and training with
          threads in build-tsan/ with the thread sanitizer
TEXT
}

full=''
options=()
for argument in "$@"; do
  case "$argument" in
    -h | --help) usage; exit 0 ;;
    --full) full=yes ;;
    *) options+=("$argument") ;;
  esac
done

# Runs the tests of a build; the summary at the end is ctest's.
run_tests() {
  ctest --test-dir "$1" --parallel "$(nproc)" --output-on-failure --no-tests=error \
    "${@:2}" "${options[@]}"
}

if [[ -z "$full" ]]; then
  install_packages build
  fetch_data
  configure "$root/build" "${release[@]}"
  build "$root/build" tests
  run_tests "$root/build" --label-exclude full
  exit
fi

install_packages build full
fetch_data
# Both stay on in build/ until they are changed by hand: switching would compile everything anew.
configure "$root/build" "${release[@]}" CAROUSEL_WERROR=ON CAROUSEL_FULL_TESTS=ON
build "$root/build" tests full_tests
failed=0
run_tests "$root/build" || failed=1

# Without the native instruction set, which has the code for every other machine tested, too.
# By clang, which takes half of g++'s time for it, and looks with other eyes.
sanitized=(CMAKE_CXX_COMPILER="$(command -v clang++)" CMAKE_BUILD_TYPE=None CMAKE_CXX_FLAGS='-O1 -g1'
  CAROUSEL_NATIVE=OFF CAROUSEL_TESTS=ON)
configure "$root/build-asan" "${sanitized[@]}" CAROUSEL_SANITIZE=address,undefined
build "$root/build-asan" tests
# Stacks are not looked at after a return, which is half of the time; compilers and clang-tidy do that.
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:quarantine_size_mb=16
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
run_tests "$root/build-asan" --label-exclude full || failed=1

# Training with two threads under the thread sanitizer, which understands OpenMP with clang's runtime
# alone. With options it is left out: they choose among other tests.
if ((${#options[@]} == 0)); then
  configure "$root/build-tsan" "${sanitized[@]}" CAROUSEL_SANITIZE=thread
  build "$root/build-tsan" carousel_program
  export TSAN_OPTIONS=halt_on_error=1:ignore_noninstrumented_modules=1
  OMP_TOOL_LIBRARIES="$(dirname "$(readlink -f "$(command -v clang++)")")/../lib/libarcher.so"
  export OMP_TOOL_LIBRARIES  # what tells the sanitizer of OpenMP's barriers
  run_tests "$root/build-tsan" --tests-regex '^program/threads_' || failed=1
fi
exit "$failed"
