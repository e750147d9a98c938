# Sourced by `run` and the scripts in tools/: messages, and logging of command output.
# shellcheck shell=bash

say() { printf 'run: %s\n' "$*" >&2; }

# Reports an error that the user can fix: one line, exit code 2, like the program.
fail() {
  say "$*"
  exit 2
}

# logged FILE COMMAND...: appends COMMAND's output to FILE; if it fails, shows the end of FILE and
# returns its status.
logged() {
  local log=$1 status=0
  shift
  "$@" >>"$log" 2>&1 </dev/null || status=$?
  if ((status != 0)); then
    tail -n 60 "$log" >&2
    say "failed: $*"
    say "the whole log: $log"
  fi
  return "$status"
}

# make_venv DIR LOG PIP-ARGUMENTS...: creates a fresh virtual environment and runs pip install in it. Uses the
# system's Python, which python3-venv belongs to, even if another python3 comes first.
make_venv() {
  local dir=$1 log=$2
  shift 2
  rm -rf "$dir"
  logged "$log" /usr/bin/python3 -m venv "$dir"
  logged "$log" "$dir/bin/python" -m pip install --disable-pip-version-check --no-input "$@"
}
