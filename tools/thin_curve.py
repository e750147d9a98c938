#!/usr/bin/env python3
"""Writes a run's learning curve as a small CSV, to be kept beside the figures that refer to it.

    python3 tools/thin_curve.py RUN [--points 100] > curve.csv

Each row is the mean raw score of the last 100 episodes (fewer at the start), at evenly spaced steps.
"""

import argparse
import csv
import pathlib
import sys

WINDOW = 100


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--points", type=int, default=100)
    arguments = parser.parse_args()

    with open(arguments.run / "episodes.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        parser.error(f"no episode of {arguments.run} has ended yet")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["step", "frame", "minutes", "episodes", "mean_of_last_100"])
    last_step = int(rows[-1]["step"])
    point = 1
    for i, row in enumerate(rows):
        if int(row["step"]) < last_step * point / arguments.points:
            continue
        point = int(row["step"]) * arguments.points // last_step + 1
        window = [float(r["raw_return"]) for r in rows[max(0, i + 1 - WINDOW) : i + 1]]
        minutes = float(row["wall_seconds"]) / 60
        writer.writerow([row["step"], row["frame"], f"{minutes:.2f}", i + 1, f"{sum(window) / len(window):.1f}"])


if __name__ == "__main__":
    main()
