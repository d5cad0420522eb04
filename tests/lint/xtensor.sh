#!/usr/bin/env bash
# xtensor and xsimd take seconds to compile and change their headers between versions, so few files
# include them, and no header that users include does.
# shellcheck source=tests/lint/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

allowed=' autograd/array.hpp autograd/kernels/lanes.hpp autograd/ops/gemm.cpp autograd/ops/lapack.cpp '
behind_sources_only='autograd/(array|kernels/lanes)\.hpp'

while IFS=: read -r file line; do
  if [[ "$allowed" != *" $file "* ]]; then fault "$file: only$allowed may have $line"; fi
done < <(grep -rE --include='*.hpp' --include='*.cpp' '^ *# *(include|if).*<(xtensor|xsimd)' \
  autograd cells optim experiments)

while IFS=: read -r file line; do
  fault "$file: $line brings xtensor or xsimd to all who include this header"
done < <(grep -rE --include='*.hpp' "^ *# *include *[<\"]$behind_sources_only" autograd cells optim \
  experiments | grep -vE '^autograd/(ops|kernels)/')
finish
