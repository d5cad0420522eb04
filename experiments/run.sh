#!/usr/bin/env bash
# Installs what is missing, builds the program where that is out of date, and runs an experiment.
set -euo pipefail
# shellcheck source=.cmake/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../.cmake/setup.sh"

default_config="$root/experiments/configs/quickstart.yaml"

usage() {
  cat <<TEXT
Usage: experiments/run.sh [CONFIG] [OPTION]...
       experiments/run.sh --help

Installs the packages that are missing (.cmake/packages.txt, with apt), builds the program into
build/ where it is out of date, and starts \`build/carousel run CONFIG OPTION...\`.

  CONFIG           an experiment, a YAML file; experiments/configs/quickstart.yaml without it
  --set KEY=VALUE  change a setting, such as --set train.steps=100; may be repeated
  --out DIR        where the results go; the program says where they are
  --dry-run        show the complete configuration, run nothing
  --verify         check the gradients of every cell first
  --force          delete earlier results in the directory

Exit codes: 0 done, 1 a run failed or diverged, 2 something was refused, 130 interrupted.
TEXT
}

for argument in "$@"; do
  if [[ "$argument" == -h || "$argument" == --help ]]; then
    usage
    exit 0
  fi
done

config="$default_config"
if [[ $# -gt 0 && "$1" != -* ]]; then
  config="$1"
  shift
fi
if [[ ! -e "$config" ]]; then
  known="$root/experiments/configs/$(basename "$config" .yaml).yaml"
  if [[ -e "$known" ]]; then refuse "there is no file '$config'. Did you mean $known?"; fi
  refuse "there is no file '$config'; $root/experiments/configs/ has some"
fi

install_packages build
if [[ -f "$config" ]] && grep -qw series "$config"; then fetch_data; fi
configure "$root/build" "${release[@]}"
build "$root/build" carousel_program
exec "$root/build/carousel" run "$config" "$@"
