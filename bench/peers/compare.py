#!/usr/bin/env python3
"""Times arcadeq and its peers in turn and writes the tables of docs/benchmarks.md.

    ./run bench peers [--quick] [--rounds N] [--only GROUP...]

A round runs every subject of a group once, in turn; the figures are medians over the rounds.
All measurements are kept in build/bench/peers.json. Only a full run, neither quick nor limited to some groups,
updates the document.
"""

import argparse
import json
import os
import shlex
import signal
import sys
import time

import machine
import plan
import tables
from processes import ROOT, Unmeasured

REPORT = ROOT / "build" / "bench" / "peers.json"
DOCUMENT = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


def main():
    options = parse_arguments()
    report = {
        "command": shlex.join(["./run", "bench", "peers", *sys.argv[1:]]),
        "machine": machine.describe(),
        "threads": options.threads,
        "rounds": options.rounds,
        "groups": {},
    }
    start = time.monotonic()
    for group in options.groups:
        report["groups"][group.key] = measure(group, options.rounds)
        report["minutes"] = round((time.monotonic() - start) / 60, 1)
        keep(report)
    text = as_markdown(report)
    print(text)
    if options.whole:
        replace_between_markers(text)


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="./run bench peers", description=__doc__.splitlines()[0], formatter_class=argparse.RawTextHelpFormatter
    )
    keys = [group.key for group in plan.groups(1, quick=True)]
    parser.add_argument("--quick", action="store_true", help="one short round: rough figures in some minutes")
    parser.add_argument("--rounds", type=int, help="number of rounds (default: 5, quick: 1)")
    parser.add_argument("--only", nargs="+", choices=keys, metavar="GROUP", help="of: " + ", ".join(keys))
    options = parser.parse_args()
    if options.rounds is None:
        options.rounds = 1 if options.quick else 5
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    options.threads = len(os.sched_getaffinity(0))
    options.whole = not options.quick and not options.only
    every = plan.groups(options.threads, options.quick)
    options.groups = [group for group in every if not options.only or group.key in options.only]
    return options


def measure(group, rounds):
    """Returns {what, unit, subjects}. Does not retry a subject that failed."""
    results = {subject.name: {"values": [], "failure": None} for subject in group.subjects}
    for number in range(1, (group.rounds or rounds) + 1):
        for subject in group.subjects:
            result = results[subject.name]
            if result["failure"] is not None:
                continue
            said = f"{group.key}, round {number}: {subject.name}: "
            try:
                value = subject.measure()
                result["values"].append(value)
                say(said + tables.quantity(value, group.unit))
            except Unmeasured as reason:
                result["failure"] = str(reason)
                say(f"{said}{reason}")
    return {"what": group.what, "unit": group.unit, "subjects": results}


def say(line):
    print(line, file=sys.stderr, flush=True)


def keep(report):
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    partial = REPORT.with_suffix(".partial")
    partial.write_text(json.dumps(report, indent=1) + "\n")
    partial.replace(REPORT)


def as_markdown(report):
    host = report["machine"]
    return f"""\
{host["cores"]} cores of {host["cpu"]} (family and model {host["model"]}, {host["instruction_set"]}), \
{host["memory_gib"]} GiB, {host["system"]}; load {host["load_before"]} before it began. \
{host["date"]}, commit {host["commit"]}, {report["minutes"]} minutes, medians of {report["rounds"]} rounds:

```
{report["command"]}
```

{tables.goals_table(report["groups"])}

Every program that was run:

{tables.subjects_table(report["groups"])}
"""


def replace_between_markers(text):
    document = DOCUMENT.read_text(encoding="utf-8")
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"compare.py: {DOCUMENT} has no {BEGIN} ... {END} section")
    DOCUMENT.write_text(f"{before}{BEGIN}\n{text}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the running program, too
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
