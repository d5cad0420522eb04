#!/usr/bin/env bash
# Times recurrences that users wrote beside kernels that experts fused.
set -euo pipefail
# shellcheck source=.cmake/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../.cmake/setup.sh"

usage() {
  cat <<'TEXT'
Usage: tests/bench/run.sh [--json FILE] [--quick] [--rounds N] [--shape S]... [--only NAME]...
                          [--cores A,B]
       tests/bench/run.sh --help

Builds the programs into build/ and runs them by turns on two cores, each with one and with two
threads: Carousel, oneDNN's recurrent primitives, an LSTM fused by hand, libtorch. Half an hour.
README.md says what is measured. A peer whose package is missing is left out.

  --json FILE   write all numbers to FILE, too
  --quick       four shapes, one round, few steps: two minutes, and rough
  --rounds N    so many turns; 5 without it
  --shape S     this shape alone, input,hidden,batch,time; may be repeated
  --only NAME   this program alone: carousel, onednn, hand, torch, limit; may be repeated
  --cores A,B   the cores to run on; 0,1 without it
TEXT
}

json='' rounds=5 milliseconds=100 cores=0,1 quick='' only=() shapes=()
while (($# > 0)); do
  case "$1" in --json | --rounds | --shape | --only | --cores)
    if (($# < 2)); then refuse "$1 needs a value"; fi ;;
  esac
  case "$1" in
    -h | --help) usage; exit 0 ;;
    --json) json="$2"; shift ;;
    --rounds) rounds="$2"; shift ;;
    --shape) shapes+=("$2"); shift ;;
    --only) only+=("$2"); shift ;;
    --cores) cores="$2"; shift ;;
    --quick) quick=yes rounds=1 milliseconds=40 ;;
    *) refuse "unknown argument '$1'; --help lists those there are" ;;
  esac
  shift
done
[[ "$rounds" =~ ^[1-9][0-9]*$ ]] || refuse "--rounds takes a number from 1 on"
[[ "$cores" =~ ^[0-9]+,[0-9]+$ ]] || refuse "--cores takes two numbers, such as 0,1"
command -v taskset >/dev/null || refuse "taskset was not found; it is in util-linux"
taskset -c "$cores" true 2>/dev/null || refuse "there are no cores $cores to run on; two are needed"
for shape in "${shapes[@]}"; do
  [[ "$shape" =~ ^([1-9][0-9]*,){3}[1-9][0-9]*$ ]] || refuse "a shape is input,hidden,batch,time"
done
for name in "${only[@]}"; do
  case "$name" in carousel | onednn | hand | torch | limit) ;; *)
    refuse "there is no program '$name'; there are carousel, onednn, hand, torch and limit" ;;
  esac
done

# has NAME: whether that program is asked for and there.
has() {
  if ((${#only[@]} > 0)) && [[ " ${only[*]} " != *" $1 "* ]]; then return 1; fi
  [[ -x "$programs/bench_$1" ]]
}

# in_cache NAME: whether CMake has found what that variable stands for.
in_cache() { grep -qE "^$1:[A-Z]+=.*/" "$root/build/CMakeCache.txt"; }

programs="${CAROUSEL_BENCH:-}"
if [[ -z "$programs" ]]; then
  (install_packages build full) || echo "Going on with the packages that there are." >&2
  configure "$root/build" "${release[@]}" CAROUSEL_FULL_TESTS=ON
  targets=(bench_carousel)
  if in_cache CAROUSEL_DNNL; then targets+=(bench_onednn bench_hand bench_limit); fi
  if in_cache Torch_DIR; then targets+=(bench_torch); fi
  build "$root/build" "${targets[@]}"
  programs="$root/build/tests/bench"
fi
[[ -x "$programs/bench_onednn" ]] ||
  echo "oneDNN is missing (libdnnl-dev): neither its primitives, the floor nor the limit." >&2
[[ -x "$programs/bench_torch" ]] || echo "libtorch is missing (libtorch-dev)." >&2

# What stands in the environment must not choose kernels, allocators or threads.
unset LD_PRELOAD OPENBLAS_CORETYPE OPENBLAS_L2_SIZE GOMP_CPU_AFFINITY OMP_WAIT_POLICY OMP_PROC_BIND

# run NAME THREADS ARGUMENT...: one process, its lines added to $lines.
run() {
  local name="$1" threads="$2" on="$cores" heap=()
  has "$name" || return 0
  if ((threads == 1)); then on="${cores%,*}"; fi
  # libtorch frees and takes its values again at every step; without this they go back to the system
  # in between, and a step takes up to three times as long.
  if [[ "$name" == torch ]]; then
    heap=(MALLOC_TRIM_THRESHOLD_=4000000000 MALLOC_MMAP_THRESHOLD_=4000000000)
  fi
  env "${heap[@]}" OMP_NUM_THREADS="$threads" OPENBLAS_NUM_THREADS="$threads" \
    taskset -c "$on" "$programs/bench_$name" --threads "$threads" "${@:3}" >>"$lines"
}

# threads_of SHAPE: how many threads can share its batch.
threads_of() {
  local batch="${1%,*}"
  if ((${batch##*,} == 1)); then echo 1; else echo 1 2; fi
}

# idle_ticks: how long the processor's cores have had nothing to do.
idle_ticks() { awk '$1 == "cpu" { print $5 }' /proc/stat; }

# torch_again SHAPE: libtorch's variants and threads that the first round saw within a fifth of
# the best, a line each: cell, variant, threads.
torch_again() { awk -f "$here/read.awk" -f "$here/again.awk" -v shape="$1" "$timed"; }

# times SHAPE ROUND: one turn of all programs.
times() {
  local shape="$1" round="$2" threads cell variant few=lstm,gru,tanh
  local budget=(--shape "$shape" --milliseconds "$milliseconds")
  for threads in 1 2; do
    run carousel "$threads" "${budget[@]}" --variants compiled --cells "$few"
  done
  run carousel 1 "${budget[@]}" --variants eager --kinds train --cells lstm,gru
  if [[ " ${custom[*]} " == *" $shape "* ]]; then
    few=''
    for threads in $(threads_of "$shape"); do
      run carousel "$threads" "${budget[@]}" --variants compiled --kinds train \
        --cells relu,mgu,peephole,three_gates,traces
    done
  fi
  for threads in 1 2; do run onednn "$threads" "${budget[@]}"; done
  for threads in $(threads_of "$shape"); do run hand "$threads" "${budget[@]}"; done
  if ((round == 1)); then
    for threads in $(threads_of "$shape"); do run limit "$threads" --shape "$shape"; done
    for threads in 1 2; do run torch "$threads" "${budget[@]}" ${few:+--cells "$few"}; done
  else
    while read -r cell variant threads; do
      run torch "$threads" "${budget[@]}" --cells "$cell" --variants "$variant"
    done < <(torch_again "$shape")
  fi
}

# scaling: the gradient of a compiled LSTM against T and against the batch.
scaling() {
  local size threads longest=10000
  if [[ -n "$quick" ]]; then longest=1000; fi
  for ((size = 10; size <= longest; size *= 10)); do
    run carousel 2 --shape "2,128,20,$size" --milliseconds 100 --variants compiled --cells lstm \
      --kinds grad
  done
  for ((size = 1; size <= 256; size *= 2)); do
    threads="$(threads_of "2,128,$size,200")"
    run carousel "${threads##* }" --shape "2,128,$size,200" --milliseconds 100 --variants compiled \
      --cells lstm --kinds grad
  done
}

# memory SHAPE: processes of their own for the peak, an LSTM each.
memory() {
  local threads
  threads="$(threads_of "$1")"
  run carousel "${threads##* }" --shape "$1" --repeats 1 --cells lstm --kinds train --variants compiled
  run torch 1 --shape "$1" --repeats 1 --cells lstm --variants fused
  run onednn 1 --shape "$1" --repeats 1 --cells lstm --variants primitives
}

here="$root/tests/bench"
read -ra custom <<<'2,128,50,200 28,128,64,28 64,512,64,50 2,32,20,100'
everything=yes
if ((${#shapes[@]} > 0)); then
  everything='' custom=("${shapes[@]}")
elif [[ -n "$quick" ]]; then
  read -ra shapes <<<'2,128,50,200 64,512,64,50 2,32,20,100 2,64,1,1000'
else
  read -ra shapes <<<"2,128,50,200 2,128,20,400 2,128,50,750 10,128,20,300 28,128,64,28 1,128,64,784 \
64,512,64,50 128,256,32,100 2,32,20,100 2,64,1,1000 28,128,1,784"
fi
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
timed="$scratch/timed" scaled="$scratch/scaled" held="$scratch/held"
touch "$timed" "$scaled" "$held"

processor="$(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo)"
echo "$processor, cores $cores, $rounds rounds, float32, denormals flushed to zero"
idle="$(idle_ticks)"
sleep 1
if (($(idle_ticks) - idle < $(getconf CLK_TCK) * $(nproc) * 8 / 10)); then
  echo "Something else is running: times, those with two threads above all, will be too long." >&2
fi
for ((round = 1; round <= rounds; ++round)); do
  for shape in "${shapes[@]}"; do
    lines="$timed"
    if [[ -t 2 ]]; then printf '\rround %d, %-20s' "$round" "$shape" >&2; fi
    times "$shape" "$round"
  done
done
if [[ -t 2 ]]; then printf '\r%40s\r' '' >&2; fi
lines="$scaled"
if [[ -n "$everything" ]]; then scaling; fi
lines="$held"
for shape in "${shapes[@]}"; do memory "$shape"; done

inputs=(section=times "$timed" section=scaling "$scaled" section=memory "$held")
status=0
awk -f "$here/read.awk" -f "$here/ratios.awk" -f "$here/tables.awk" "${inputs[@]}" || status=$?
if [[ -n "$json" ]]; then
  commit="$(git -C "$root" describe --always --dirty 2>/dev/null)" || commit=unknown
  awk -v processor="$processor" -v cores="$cores" -v commit="$commit" -f "$here/read.awk" -f "$here/ratios.awk" \
    -f "$here/json.awk" "${inputs[@]}" >"$json"
fi
exit "$status"
