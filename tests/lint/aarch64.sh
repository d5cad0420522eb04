#!/usr/bin/env bash
# aarch64 ROOT COMPILER BLAS_HEADERS: the kernels and ops compile for another kind of machine.
# shellcheck source=tests/lint/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
files=(autograd/kernels/baseline.cpp autograd/kernels/instruction_set.cpp autograd/ops/*.cpp)
printf '%s\0' "${files[@]}" |
  xargs -0 -P 2 -n 4 "$2" -std=c++17 -fopenmp -fsyntax-only -Wall -Wextra -Werror -I. -isystem "$3" -isystem /usr/include
