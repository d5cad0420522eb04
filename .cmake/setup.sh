# Shared by experiments/run.sh and tests/run.sh, which source it: packages, configuring, building.
# Each step costs some 50 ms when there is nothing to do.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# refuse SENTENCE...: something that the caller has to change; exit code 2.
refuse() {
  echo "${0##*/}: $*" >&2
  exit 2
}

# packages_of SECTION: the names in one section of packages.txt, one a line.
packages_of() {
  local line section=''
  while read -r line; do
    case "$line" in
      '' | '#'*) ;;
      '['*']') section="${line:1:-1}" ;;
      *) if [[ "$section" == "$1" ]]; then echo "$line"; fi ;;
    esac
  done <"$root/.cmake/packages.txt"
}

# logged COMMAND...: runs it without its output, which is shown when it fails.
logged() {
  local log status=0
  log="$(mktemp)"
  "$@" >"$log" 2>&1 || status=$?
  if ((status != 0)); then tail -n 60 "$log" >&2; fi
  rm -f "$log"
  return "$status"
}

# install_packages SECTION...: has apt install what is missing. On a system without apt the caller's
# CMake decides whether all is there.
install_packages() {
  local section package wanted=() missing=() installed as_root=()
  for section in "$@"; do mapfile -t -O "${#wanted[@]}" wanted < <(packages_of "$section"); done
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    if [[ ! -e "$root/build/CMakeCache.txt" ]]; then
      echo "No apt here, so nothing is installed. Needed are, by their Debian names: ${wanted[*]}" >&2
    fi
    return
  fi
  # It fails where one is unknown, and prints the others all the same.
  installed="$(dpkg-query -W -f ' ${Package}=${db:Status-Status} ' "${wanted[@]}" 2>/dev/null)" || true
  for package in "${wanted[@]}"; do
    if [[ "$installed" != *" $package=installed "* ]]; then missing+=("$package"); fi
  done
  if ((${#missing[@]} == 0)); then return; fi
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      refuse "packages are missing and there is no sudo. As root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  echo "installing ${missing[*]} ..." >&2
  as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
  logged "${as_root[@]}" update ||
    echo "apt-get update failed (above); going on with the package lists as they are" >&2
  logged "${as_root[@]}" install -y --no-install-recommends "${missing[@]}" ||
    refuse "apt-get could not install ${missing[*]}; its message is above"
}

# fetch_data: the data set of the task `series`, which no package puts where it is looked for.
fetch_data() {
  if [[ -e "$root/experiments/data/sunspots.csv" ]]; then return; fi
  echo "getting the sunspot numbers ..." >&2
  logged "$root/experiments/data/fetch.sh" sunspots ||
    echo "they could not be had; experiments/configs/sunspots.yaml will not run" >&2
}

# configured DIRECTORY SETTING...: whether configure() finished there, and with these settings, each
# NAME=VALUE. The cache alone does not tell: it is also written when CMake fails.
configured() {
  local cache="$1/CMakeCache.txt" setting text
  if [[ ! -e "$cache" || ! -e "$1/.configured" ]]; then return 1; fi
  text=$'\n'"$(<"$cache")"$'\n'
  for setting in "CMAKE_HOME_DIRECTORY=$root" "${@:2}"; do
    [[ "$text" =~ $'\n'"${setting%%=*}":[A-Z]+"=${setting#*=}"$'\n' ]] || return 1
  done
}

# configure DIRECTORY SETTING...: runs CMake where the settings are not these yet. Settings that are
# not named stay as they are, so that callers do not undo each other's.
configure() {
  local directory="$1" generator=() cache="$1/CMakeCache.txt"
  shift
  if configured "$directory" "$@"; then return; fi
  if [[ -e "$cache" ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
    rm -f "$cache"  # the tree was moved or copied; CMake would refuse
  fi
  if [[ ! -e "$cache" ]]; then
    command -v cmake >/dev/null || refuse "cmake was not found; install it"
    if command -v ninja >/dev/null; then generator=(-G Ninja); fi
  fi
  rm -f "$directory/.configured"
  logged cmake -S "$root" -B "$directory" "${generator[@]}" "${@/#/-D}" ||
    refuse "CMake could not configure $directory; its message is above"
  : >"$directory/.configured"
}

# announce: copies its input, and says on stderr once that something is being built; on a terminal how
# far it is, too.
announce() {
  local line said='' step
  while IFS= read -r line; do
    printf '%s\n' "$line"
    if [[ "$line" != '['*']'*Building* ]]; then continue; fi
    step="${line%%]*}]"
    if [[ -t 2 ]]; then
      printf '\rbuilding %s ' "$step" >&2
    elif [[ -z "$said" ]]; then
      echo "building (some minutes the first time) ..." >&2
    fi
    said=yes
  done
  if [[ -n "$said" && -t 2 ]]; then printf '\n' >&2; fi
}

# build DIRECTORY TARGET...: quiet unless it fails. One at a time in a directory.
build() {
  local log status=0 lock
  log="$(mktemp)"
  exec {lock}>"$1/.build.lock"
  if command -v flock >/dev/null; then flock "$lock"; fi
  cmake --build "$1" --parallel "$(nproc)" --target "${@:2}" 2>&1 {lock}>&- | announce >"$log" ||
    status=$?
  exec {lock}>&-
  if ((status != 0)); then tail -n 100 "$log" >&2; fi
  rm -f "$log"
  if ((status != 0)); then
    echo "${0##*/}: building failed; the compiler's messages are above" >&2
    exit 1
  fi
}

# The build that both scripts use, for this machine's own instruction set.
# shellcheck disable=SC2034
release=(CMAKE_BUILD_TYPE=Release CAROUSEL_NATIVE=ON CAROUSEL_TESTS=ON)
