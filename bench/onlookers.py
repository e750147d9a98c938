#!/usr/bin/env python3
"""Times training runs that nobody watches and runs that are watched in every way, by turns.

    python3 bench/onlookers.py [--program PATH] [--rounds 5] [--steps 48000] [--no-films]

A watched run shows its dashboard on a terminal, streams itself to a page (--watch) that a client reads and does not
draw, and films as the preset `laptop` does. The other has its output in a pipe and films nothing. Both write
TensorBoard's file, which cannot be switched off. Prints each round's ratio of the wall time and of the processor
time, and the medians.

The preset films one episode in 1,000, the first one included. So in a run of 60 episodes films cost 15 times their
share of a whole run; with --no-films they cost nothing.
"""

import argparse
import os
import pathlib
import re
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=ROOT / "build/release/src/app/arcadeq")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=48_000)
    parser.add_argument("--no-films", action="store_true")
    options = parser.parse_args()

    ratios = []
    for number in range(options.rounds):
        pair = {}
        for measure in [alone, watched] if number % 2 == 0 else [watched, alone]:
            pair[measure] = measure(options)
        wall, processor = (pair[watched][i] / pair[alone][i] for i in (0, 1))
        ratios.append((wall, processor))
        print(f"alone {pair[alone][0]:.1f} s, watched {pair[watched][0]:.1f} s: wall time {wall:.3f}, "
              f"processor time {processor:.3f}", flush=True)
    print("medians: wall time {:.3f}, processor time {:.3f}".format(*map(statistics.median, zip(*ratios))))


NO_FILMS = ["--set", "record.gif_every_episodes=0"]


def alone(options):
    return timed(options, NO_FILMS, subprocess.DEVNULL, lambda: None)


def watched(options):
    terminal, end = os.openpty()
    os.set_inheritable(end, True)
    subprocess.run(["stty", "rows", "40", "columns", "120"], stdin=end, check=True)
    seen = []

    def read_terminal():
        text = b""
        try:
            while chunk := os.read(terminal, 1 << 16):
                if seen:
                    continue
                text += chunk
                if url := re.search(rb"http://\S+?/(?=[\s\x1b])", text):
                    seen.append(url[0].decode())
                    threading.Thread(target=read_page, args=(seen[0],), daemon=True).start()
        except OSError:
            pass  # the run has ended

    reader = threading.Thread(target=read_terminal, daemon=True)
    try:
        times = timed(options, ["--watch", *(NO_FILMS if options.no_films else [])], end, reader.start)
    finally:
        os.close(end)
    reader.join()
    os.close(terminal)
    if not seen:
        raise SystemExit("the run did not print the page's address")
    return times


def read_page(url):
    parts = urllib.parse.urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(f"GET {parts.path}events HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        while connection.recv(1 << 16):
            pass


def timed(options, arguments, output, begin):
    """Wall and processor seconds of a run."""
    with tempfile.TemporaryDirectory(prefix="arcadeq-") as folder:
        began = time.monotonic()
        process = subprocess.Popen(
            [options.program, "train", "--preset", "laptop", "--steps", str(options.steps), "--out", f"{folder}/run",
             "--set", "train.learning_starts=2000", *arguments],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, env={**os.environ, "TERM": "xterm"})
        begin()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"a run failed with exit code {process.returncode}")
        return time.monotonic() - began, usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
