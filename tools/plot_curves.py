#!/usr/bin/env python3
"""Plots learning curves: the mean raw score of the last 100 episodes.

    python3 tools/plot_curves.py CURVE.csv... --out curves.png [--against minutes] [--published space_invaders]

Each CURVE is a file that thin_curve.py wrote. NAME-seed1.csv, NAME-seed2.csv, ... are seeds of one agent and have one
colour. --published adds Dopamine's DQN on this game, against frames only. Needs matplotlib (python3-matplotlib).
"""

import argparse
import csv
import pathlib
import re

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

AXES = {
    "frames": ("million frames of the emulator", lambda row: float(row["frame"]) / 1e6),
    "minutes": ("minutes of training", lambda row: float(row["minutes"])),
}
PUBLISHED_SCORES = pathlib.Path(__file__).parents[1] / "src/stats/published_scores.cc"


def published(game):
    """(million frames, score) of Dopamine's DQN."""
    rows = re.findall(rf'{{"{game}", "DQN", kDopamine, ([\d\']+), (\d+)}}', PUBLISHED_SCORES.read_text())
    return [(int(frames.replace("'", "")) / 1e6, int(score)) for frames, score in rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("curves", nargs="+", type=pathlib.Path)
    parser.add_argument("--out", required=True)
    parser.add_argument("--against", choices=AXES, default="frames")
    parser.add_argument("--published", metavar="GAME")
    arguments = parser.parse_args()
    if arguments.published and arguments.against != "frames":
        parser.error("published curves have no minutes")

    label, position = AXES[arguments.against]
    figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
    colours = {}
    end = 0
    for curve in arguments.curves:
        with open(curve, newline="") as file:
            rows = list(csv.DictReader(file))
        agent = re.sub(r"-seed\d+$", "", curve.stem)
        known = agent in colours
        colour = colours.setdefault(agent, f"C{len(colours)}")
        axes.plot([position(row) for row in rows], [float(row["mean_of_last_100"]) for row in rows], color=colour,
                  label=None if known else agent)
        end = max(end, position(rows[-1]))
    if arguments.published:
        points = [point for point in published(arguments.published) if point[0] <= 1.25 * end]
        if not points:
            parser.error(f"{PUBLISHED_SCORES.name} has no DQN on {arguments.published} within these frames")
        axes.plot(*zip(*points), "k:", marker="o", markersize=4, label="Dopamine's DQN, published")
    axes.set_xlabel(label)
    axes.set_ylabel("raw score, mean of 100 episodes")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(arguments.out, dpi=120)


if __name__ == "__main__":
    main()
