#!/usr/bin/env bash
# kernels_apart OBJECT...: in what is compiled for an instruction set, every name that the linker may
# share with other files has the set in it. Another one could take the place of the copy that a machine
# without these instructions calls.
set -euo pipefail
faults=0
for object in "$@"; do
  set="$(basename "$object" .cpp.o)"
  case "$set" in  # as xsimd names it
    avx2) lanes='fma3<xsimd::avx2>' ;;
    avx512) lanes='avx512bw' ;;
    *) lanes='(sse2|neon64)' ;;
  esac
  names="$(nm -C "$object")"
  if [[ "$names" != *" T carousel::detail::${set}_kernels()"* ]]; then
    echo "$object has no kernels" >&2
    faults=1
  fi
  shared="$(grep -E ' [uVWv] ' <<<"$names" | grep -vE "xsimd::$lanes| (DW\.ref\.)?__" || true)"
  if [[ -n "$shared" ]]; then
    echo "$object shares names with what is compiled for every machine:" "$shared" >&2
    faults=1
  fi
done
(($# > 0 && faults == 0))
