#!/usr/bin/env python3
"""Plots the learning curves of runs, one line per run.

    python3 tools/plot_runs.py RUN... --out curve.png [--window 20]

Each point is the mean raw score of the last WINDOW episodes, over emulator frames; the faint
dots are individual episodes. Needs matplotlib.
"""

import argparse
import csv
import pathlib

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", type=pathlib.Path)
    parser.add_argument("--out", required=True)
    parser.add_argument("--window", type=int, default=20)
    arguments = parser.parse_args()

    figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
    for run in arguments.runs:
        with open(run / "episodes.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        frames = [int(row["frame"]) for row in rows]
        scores = [float(row["raw_return"]) for row in rows]
        window = arguments.window
        means = [sum(scores[i + 1 - window : i + 1]) / window for i in range(window - 1, len(scores))]
        (line,) = axes.plot(frames[window - 1 :], means, label=run.name)
        axes.plot(frames, scores, ".", markersize=2, alpha=0.3, color=line.get_color())
    axes.set_xlabel("frames of the emulator")
    axes.set_ylabel(f"raw score, mean of {arguments.window} episodes")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(arguments.out, dpi=120)


if __name__ == "__main__":
    main()
