#!/usr/bin/env bash
# tools/ale.sh DIR [TOOLCHAIN]: builds the Arcade Learning Environment once, as a static library for this
# machine or for the target of the CMake TOOLCHAIN file, into
#   DIR/install   headers, library and CMake package, for find_package(ale)
#   DIR/roms      the games' ROMs
# from the source distribution of its Python package, which has both. pip fetches it, using the machine's pip
# configuration; the result needs no Python. Applies the patches in tools/ale/, each of which states its
# purpose. DIR appears whole or not at all: everything is built in DIR.partial, which every attempt starts
# afresh.
set -euo pipefail
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$tools/common.sh"

version=0.12.1
archive=ale_py-$version.tar.gz
sha256=c503d574c5983e1063b451201ccb779d935919c0f6bf116fb0f4f8aa4c86d249
# Before it hands over a source distribution, pip asks its build backend for the metadata.
backend=scikit-build-core==1.1.2
# ALE enables link-time optimisation in every build type but RelWithDebInfo, and only one version of one
# compiler can link such a library. Hence RelWithDebInfo, with the flags of a Release build.
options=(
  -DCMAKE_BUILD_TYPE=RelWithDebInfo "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O3 -DNDEBUG"
  -DBUILD_CPP_LIB=ON -DBUILD_PYTHON_LIB=OFF -DBUILD_VECTOR_LIB=OFF -DSDL_SUPPORT=OFF
  -DCMAKE_DISABLE_FIND_PACKAGE_Git=ON  # it would take this repository's commit for its own
)
patches=("$tools"/ale/*.patch)
recipe="ale-py $version $sha256 patches $(cat "${patches[@]}" | sha256sum | cut -c 1-16) ${options[*]}"

main() {
  local dir=$1 toolchain=${2:-}
  if [[ -n $toolchain ]]; then
    options+=(-DCMAKE_TOOLCHAIN_FILE="$toolchain")
    recipe+=" toolchain $(sha256sum <"$toolchain" | cut -c 1-16)"
  fi
  local log=$dir.log work=$dir.partial
  if [[ -f $dir/recipe && $(<"$dir/recipe") == "$recipe" ]]; then return; fi

  rm -rf "$work"
  mkdir -p "$work/install" "$work/roms"
  : >"$log"
  say "fetching the emulator's source: ALE $version, 11 MB"
  fetch "$work/source" "$log"
  say "building the emulator (about 90 s on 2 cores)"
  build "$work/source/ale_py-$version" "$work" "$log"
  printf '%s\n' "$recipe" >"$work/recipe"
  rm -rf "$work/source" "$dir.old"
  if [[ -e $dir ]]; then mv "$dir" "$dir.old"; fi
  mv "$work" "$dir"
  rm -rf "$dir.old"
}

# fetch DIR LOG: fetches the source and unpacks it into DIR.
fetch() {
  local dir=$1 log=$2 actual
  make_venv "$dir/venv" "$log" "$backend"
  logged "$log" "$dir/venv/bin/python" -m pip download --disable-pip-version-check --no-input \
    --no-deps --no-binary :all: --no-build-isolation --dest "$dir" "ale-py==$version"
  actual=$(sha256sum <"$dir/$archive" | cut -d ' ' -f 1)
  if [[ $actual != "$sha256" ]]; then
    fail "$archive is not the expected file: its SHA-256 is $actual, expected $sha256"
  fi
  tar -x -z -f "$dir/$archive" -C "$dir"
}

# build SOURCE PREFIX LOG
build() {
  local source=$1 prefix=$2 log=$3 patch
  for patch in "${patches[@]}"; do
    logged "$log" patch --directory="$source" --strip=1 --fuzz=0 --input="$patch"
  done
  unset VCPKG_ROOT VCPKG_INSTALLATION_ROOT  # ALE would fetch zlib through vcpkg
  logged "$log" cmake -S "$source" -B "$source/build" -G Ninja "${options[@]}" \
    -DCMAKE_INSTALL_PREFIX="$prefix/install" -DCMAKE_INSTALL_LIBDIR=lib
  logged "$log" cmake --build "$source/build" --parallel "$(nproc)" --target install
  cp "$source"/src/ale/python/roms/*.bin "$prefix/roms"
  cp "$source/LICENSE.md" "$prefix"
}

if (($# < 1 || $# > 2)); then fail "usage: tools/ale.sh DIR [TOOLCHAIN]"; fi
main "$@"
