"""Runs a command on a terminal and draws, as an SVG, what the screen shows after some seconds.

usage: terminal_picture.py [--columns N] [--rows N] [--seconds N] SVG COMMAND [ARGUMENT...]

The picture of docs/metrics.md: tools/terminal_picture.py --seconds 190 docs/images/dashboard.svg \\
    build/release/src/app/arcadeq train
"""

import argparse
import html
import os
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "e2e"))
from terminal import Terminal  # noqa: E402

WIDTH, HEIGHT = 8, 17  # of a cell
MARGIN = 12
COLOURS = {"1": "#ffffff", "2": "#8b949e", "33": "#d29922", "36": "#39c5cf", "1;33": "#f2cc60"}
PLAIN = "#d0d7de"
BACKGROUND = "#0d1117"
# Of braille's bits, from the lowest: (column, row).
DOTS = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]


def number(value):
    return f"{value:.2f}".rstrip("0").rstrip(".")


def runs(line):
    """(first column, text, style) of the neighbouring cells of one style."""
    x = 0
    while x < len(line):
        end = x
        while end < len(line) and line[end].style == line[x].style:
            end += 1
        yield x, "".join(cell.text for cell in line[x:end]), line[x].style
        x = end


def shapes(x, y, text, colour):
    """SVG's elements for a run of characters; those that fonts draw differently are drawn here."""
    left, top = MARGIN + x * WIDTH, MARGIN + y * HEIGHT
    path = []
    for i, character in enumerate(text):
        at = left + i * WIDTH
        if "\u2800" <= character <= "\u28ff":
            for bit, (column, row) in enumerate(DOTS):
                if (ord(character) - 0x2800) >> bit & 1:
                    path.append(f"M{number(at + 1 + 4 * column)} {number(top + 1.6 + HEIGHT / 4 * row)}h2v2h-2z")
        elif character == "█":
            path.append(f"M{at} {top + 3}h{WIDTH}v{HEIGHT - 6}h-{WIDTH}z")
        elif character == "░":
            path.append(f"M{at + 1} {top + 7}h2v2h-2zM{at + 5} {top + 7}h2v2h-2z")
        elif character == "─":
            path.append(f"M{at} {top + 8}h{WIDTH}v1h-{WIDTH}z")
        elif character == "┈":
            path.append(f"M{at} {top + 8}h2v1h-2zM{at + 4} {top + 8}h2v1h-2z")
    if path:
        yield f'<path fill="{colour}" d="{"".join(path)}"/>'
    plain = "".join(" " if character in "█░─┈" or "\u2800" <= character <= "\u28ff" else character
                    for character in text)
    start = 0
    for word in plain.split(" "):
        if word:
            yield (f'<text x="{left + start * WIDTH}" y="{top + 13}" textLength="{len(word) * WIDTH}" '
                   f'fill="{colour}">{html.escape(word)}</text>')
        start += len(word) + 1


def picture(screen):
    width, height = screen.columns * WIDTH + 2 * MARGIN, screen.rows * HEIGHT + 2 * MARGIN
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
           f'height="{height}" font-family="monospace" font-size="13">')
    yield f'<rect width="{width}" height="{height}" rx="8" fill="{BACKGROUND}"/>'
    for y, line in enumerate(screen.cells):
        for x, text, style in runs(line):
            yield from shapes(x, y, text, COLOURS.get(style, PLAIN))
    yield "</svg>"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--columns", type=int, default=100)
    parser.add_argument("--rows", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("svg", type=pathlib.Path)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()

    terminal = Terminal(options.command, options.columns, options.rows)
    end = time.monotonic() + options.seconds
    while time.monotonic() < end and terminal.read(0.1):
        pass
    options.svg.write_text("\n".join(picture(terminal.screen)) + "\n", encoding="utf-8")
    print(terminal.screen.text())
    os.kill(terminal.pid, signal.SIGINT)
    terminal.wait()
    terminal.close()


if __name__ == "__main__":
    main()
