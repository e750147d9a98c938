#!/usr/bin/env bash
# tools/peers.sh DIR: creates, once, a virtual environment DIR/NAME for each list in bench/peers/requirements.
# Reports and skips any that cannot be created: its peers are not measured. A complete environment contains a
# copy of its list.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
source "$here/common.sh"

main() {
  local dir=$1 wanted name venv
  mkdir -p "$dir"
  for wanted in "$here"/../bench/peers/requirements/*.txt; do
    name=$(basename "$wanted" .txt)
    venv=$dir/$name
    if cmp --silent "$wanted" "$venv/requirements.txt"; then continue; fi
    say "installing the peers of \"$name\" (the largest takes 6 GB and some minutes)"
    : >"$venv.log"
    if make_venv "$venv" "$venv.log" --requirement "$wanted"; then
      cp "$wanted" "$venv/requirements.txt"
    else
      say "continuing without \"$name\""
    fi
  done
}

main "$@"
