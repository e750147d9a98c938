#!/usr/bin/env bash
# tools/arm64.sh DIR: creates, once, what the arm64 preset builds against:
#   DIR/root      Debian's libraries and headers for 64-bit ARM, those of tools/packages.txt
#   DIR/ale       the emulator (tools/ale.sh)
# It only unpacks the packages, which needs no root and does not change the system's packages. They come from
# apt's configured sources.
set -euo pipefail
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$tools/common.sh"

main() {
  local dir=$1 packages
  mapfile -t packages < <(grep -o '^[a-z0-9.+-]*-dev' "$tools/packages.txt")
  mkdir -p "$dir"
  if [[ ! -f $dir/root/recipe || $(<"$dir/root/recipe") != "${packages[*]}" ]]; then
    make_root "$dir/root" "${packages[@]}"
  fi
  "$tools/ale.sh" "$dir/ale" "$tools/../cmake/arm64.cmake"
}

# make_root ROOT PACKAGE...: unpacks the packages and their dependencies.
make_root() {
  local root=$1 work=$1.partial log=$1.log package
  local state=$work/apt
  shift
  # An apt without installed packages that uses only its own folders.
  local apt=(
    apt-get -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o APT::Sandbox::User=
    -o Dir::State="$state" -o Dir::State::status="$state/status" -o Dir::Cache="$state/cache"
    -o Debug::NoLocking=1
  )
  say "fetching Debian's libraries for 64-bit ARM: 90 MB"
  rm -rf "$work"
  mkdir -p "$state"/{lists,cache/archives}/partial "$work/root"
  : >"$state/status"
  : >"$log"
  # A source without ARM packages fails here; the next command then reports what is missing.
  "${apt[@]}" update >>"$log" 2>&1 </dev/null || true
  logged "$log" "${apt[@]}" install --yes --download-only --no-install-recommends libc6-dev "$@"
  for package in "$state"/cache/archives/*.deb; do
    logged "$log" dpkg-deb --extract "$package" "$work/root"
  done
  echo "$*" >"$work/root/recipe"
  rm -rf "$root"
  mv "$work/root" "$root"
  rm -rf "$work"
}

if [[ $# -ne 1 ]]; then fail "usage: tools/arm64.sh DIR"; fi
main "$1"
