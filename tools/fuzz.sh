#!/usr/bin/env bash
# usage: fuzz.sh PROGRAMS SEEDS SECONDS
# Runs each fuzz target in the folder PROGRAMS for SECONDS, starting from its folder in SEEDS and the corpus
# of earlier runs (PROGRAMS/corpus). Keeps the inputs of findings in PROGRAMS/findings.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
programs=$1 seeds=$2 seconds=$3

export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
if [[ -w /dev/shm ]]; then export TMPDIR=/dev/shm; fi  # on disk, most of the time would go into I/O
mkdir -p "$programs/findings"
failed=() targets=0
for program in "$programs"/*_fuzz; do
  name=$(basename "$program" _fuzz)
  log=$programs/$name.log
  targets=$((targets + 1))
  mkdir -p "$programs/corpus/$name"
  : >"$log"
  if logged "$log" "$program" -max_total_time="$seconds" -timeout=60 \
    -artifact_prefix="$programs/findings/$name-" "$programs/corpus/$name" "$seeds/$name"; then
    say "fuzz $name: $(grep '^Done' "$log" | tail -n 1)"
  else
    failed+=("$name")
  fi
done
if ((${#failed[@]} > 0)); then fail "fuzz: findings in ${failed[*]}; see $programs/findings"; fi
say "fuzz: $targets targets, $seconds s each, no finding"
