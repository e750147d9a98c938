#!/usr/bin/env bash
# tools/peers.sh DIR: for each list of requirements in bench/peers/requirements a virtual environment,
# DIR/NAME, made once. One that cannot be made is said and left out: its peers go unmeasured. The list
# that an environment was made from lies in it when it is whole.
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
      say "going on without \"$name\""
    fi
  done
}

main "$@"
