#!/usr/bin/env python3
"""Builds two revisions, times their benchmarks in turn, and reports how much slower the new one is.

    ./run bench compare OLD NEW [--quick] [--rounds N] [--only NAME...]

OLD and NEW are commits, or `.` for the working tree. Each round runs every program of both builds, one
directly after the other, in alternating order. Prints the ratio of the times, new over
old, with a 95 % interval. The exit code is 1 if an interval lies entirely above 1.02, and 2 if nothing could
be compared.
"""

import argparse
import os
import pathlib
import signal
import statistics
import sys

# Shared with the comparison with peers.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "peers"))

import machine
import measurements
import revisions
import tables
from processes import Unmeasured
from ratios import TOLERANCE, Verdict, ratio


def main():
    options = parse_arguments()
    try:
        old, new = revisions.resolve(options.old), revisions.resolve(options.new)
        revisions.remove_others((old, new))
        for revision in dict.fromkeys((old, new)):
            revisions.build(revision)
    except revisions.BuildError as reason:
        print(f"compare: {reason}", file=sys.stderr)
        return 2
    host = machine.describe()
    results, missing = measure(options.measurements, (old.build_directory, new.build_directory), options.rounds)
    print(f"\n{old} -> {new}: {options.rounds} rounds on {host['cores']} cores of {host['cpu']}, load", end=" ")
    print(f"{host['load_before']} before\n\n{as_table(results)}\n")
    for line in missing:
        print(line)
    line, status = verdict(results)
    print(line)
    return status


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="./run bench compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [each.name for each in measurements.measurements(1, quick=True)]
    parser.add_argument("old", metavar="OLD")
    parser.add_argument("new", metavar="NEW")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--rounds", type=int, help="number of pairs per program (default: 10, quick: 4)")
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help="of: " + ", ".join(names))
    options = parser.parse_args()
    if options.rounds is None:
        options.rounds = 4 if options.quick else 10
    if options.rounds < 2:
        parser.error("--rounds must be at least 2")
    every = measurements.measurements(len(os.sched_getaffinity(0)), options.quick)
    options.measurements = [each for each in every if not options.only or each.name in options.only]
    return options


def measure(subjects, builds, rounds):
    """({benchmark: [(old, new)]} in milliseconds, lines about what is missing).

    Does not retry a program that failed.
    """
    results, missing = {}, {}
    for number in range(rounds):
        for subject in subjects:
            if subject.name in missing:
                continue
            reports = {}
            try:
                for side in (0, 1) if number % 2 == 0 else (1, 0):
                    reports[side] = subject.run(builds[side])
            except (Unmeasured, OSError) as reason:
                missing[subject.name] = f"not measured: {subject.name} of the {('old', 'new')[side]} revision: {reason}"
                continue
            for name in {**reports[0], **reports[1]}:
                if name in reports[0] and name in reports[1]:
                    results.setdefault(name, []).append((reports[0][name], reports[1][name]))
                else:
                    absent = "old" if name in reports[1] else "new"
                    missing[f"{name}, {absent}"] = f"missing: the {absent} revision has no {name}"
            if not reports[0] and not reports[1]:
                missing[subject.name] = f"missing: neither revision has benchmarks of {subject.name}"
        print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
    return {name: pairs for name, pairs in results.items() if len(pairs) > 1}, list(missing.values())


def as_table(results):
    rows = []
    for name, pairs in results.items():
        found = ratio(pairs)
        old, new = (tables.number(statistics.median(side)) for side in zip(*pairs))
        interval = f"{found.low:.3f} - {found.high:.3f}"
        rows.append((name, old, new, f"{found.value:.3f}", interval, found.verdict.value))
    return tables.table(("benchmark", "old ms", "new ms", "new/old", "95 % interval", ""), rows)


def verdict(results):
    """(the last line, the exit code)"""
    if not results:
        return "verdict: nothing could be compared", 2
    verdicts = {name: ratio(pairs).verdict for name, pairs in results.items()}
    slower = [name for name, each in verdicts.items() if each is Verdict.SLOWER]
    if slower:
        return f"verdict: SLOWER, with the whole interval above {TOLERANCE}: {', '.join(slower)}", 1
    line = f"verdict: not slower; none of {len(results)} intervals lies wholly above {TOLERANCE}"
    unclear = sum(each is Verdict.UNCLEAR for each in verdicts.values())
    return line + (f", but {unclear} are too wide to exclude it: take more rounds" if unclear else ""), 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the running program, too
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
