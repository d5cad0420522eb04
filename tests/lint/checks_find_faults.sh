#!/usr/bin/env bash
# checks_find_faults.sh SCRATCH: each check beside this file passes on a small tree that is right, and
# fails once that has the fault which the check is for.
# shellcheck disable=SC2016
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
tree="$1"

right_tree() {
  rm -rf "${tree:?}"
  mkdir -p "$tree"/{autograd/ops,cells,optim,experiments/configs}
  cd "$tree"
  echo '#include <xtensor/xarray.hpp>' >autograd/array.hpp
  echo 'int a;' >autograd/ops/a.cpp
  echo '#include <autograd/tape.hpp>' >cells/cell.hpp
  echo '#include <autograd/tape.hpp>' >optim/sgd.hpp
  printf '// region: r\nint b;\n// end region: r\n' >experiments/b.cpp
  printf 'question: Who?\ntask: adding\n' >experiments/configs/one.yaml
  echo '| `one.yaml` | Who? | Nobody. | 0:01 |' >experiments/README.md
  cat >README.md <<'TEXT'
<!-- map -->
```
autograd/        engine
  ops/           operations
cells/           cells
optim/           optimisers
experiments/     experiments
  configs/       one file each
```
<!-- end -->
<!-- quote: experiments/b.cpp#r -->
```cpp
int b;
```
<!-- end -->
TEXT
  printf '%s\n' '# cells' '<!-- quote: experiments/b.cpp#r -->' '```cpp' 'int b;' '```' '<!-- end -->' \
    'Write `<!-- quote: path -->` before it.' >cells/README.md
}

wrong=0
# finds CHECK COMMAND...: the check passes before the command and fails after it.
finds() {
  right_tree
  bash "$here/$1.sh" "$tree" || { echo "$1 refuses a right tree" >&2; wrong=1; }
  "${@:2}"
  if bash "$here/$1.sh" "$tree" 2>/dev/null; then
    echo "$1 does not find: ${*:2}" >&2
    wrong=1
  fi
}
# shellcheck disable=SC2317
line() { echo "$1" >>"$2"; }
# shellcheck disable=SC2317
long() { seq 301 >"$1"; }

finds layering line '#include <cells/cell.hpp>' autograd/ops/a.cpp
finds layering line '#include "experiments/x.hpp"' cells/cell.hpp
finds layering line '#include <cells/cell.hpp>' optim/sgd.hpp
finds layering line '#include <yaml-cpp/yaml.h>' cells/cell.hpp
finds xtensor line '#include <xtensor/xview.hpp>' optim/sgd.hpp
finds xtensor line '#include <autograd/array.hpp>' cells/cell.hpp
finds file_length long cells/long.cpp
finds readme_map mv autograd/ops cells/new
finds readme_map rm -r autograd/ops
finds configs_listed cp experiments/configs/one.yaml experiments/configs/two.yaml
finds configs_listed line '| `three.yaml` | Who? | Nobody. | 0:01 |' experiments/README.md
finds configs_listed sed -i 's/Nobody\. //' experiments/README.md
finds configs_listed sed -i 1d experiments/configs/one.yaml
finds quotes sed -i 's/int b/int c/' experiments/b.cpp
finds quotes sed -i 's/region: r/region: s/' experiments/b.cpp
for readme in README.md cells/README.md; do
  finds quotes sed -i 's/int b/int c/' "$readme"
  finds quotes sed -i '/^<!-- quote/,$d' "$readme"
  finds quotes sed -i 's/<!-- quote: /<!--quote : /' "$readme"
done
finds quotes rm cells/README.md
finds quotes line '<!--quote: experiments/b.cpp#r-->' experiments/README.md
finds quotes line '    <!--quote : experiments / b.cpp #r-->' experiments/README.md
finds quotes line '<!-- quote: experiments/b.cpp #r -->' experiments/README.md
finds quotes line 'quote : experiments/b.cpp' experiments/README.md
finds quotes line '``` <!--end-->' cells/README.md
exit "$wrong"
