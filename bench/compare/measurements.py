"""The programs to time in both revisions, and the benchmarks that each one reports."""

import json
import pathlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

import ours
import processes
from processes import Unmeasured


@dataclass(frozen=True)
class Measurement:
    """One program with its arguments."""

    name: str
    run: Callable[[pathlib.Path], dict[str, float]]  # build directory -> {benchmark: milliseconds}


def measurements(threads, quick):
    """`threads` is the number of threads of training runs."""
    steps = 1000 if quick else 3000
    return (
        _updates("tutorial", quick),
        _updates("nature", quick),
        _google("acting", "network_bench", "Forward/(article|nature)/batch:1/threads:1/real_time"),
        _google("replay", "replay_bench", "Sample/lz4/frames:100000/iterations:3000|Append/lz4"),
        _google("environment", "env_bench", "Environment/(tutorial|nature)"),
        _training("tutorial", threads, steps),
        _training("nature", threads, 2 * steps),
        _evaluation("nature", 20 if quick else 100),
    )


def _updates(preset, quick):
    """Whole updates of a preset's network on frames of the game."""

    def run(build):
        command = [build / "bench" / "learner_bench", 4 if quick else 10, preset, "--json"]
        return {
            f"update/{preset}/threads:{case['threads']}": case["milliseconds"]
            for case in _parse(processes.run(command).output)
            if case["frames"] == "Space Invaders"
        }

    return Measurement(f"update/{preset}", run)


def _google(name, program, benchmarks):
    def run(build):
        command = [build / "bench" / program, "--benchmark_format=json", f"--benchmark_filter=^({benchmarks})$"]
        entries = _parse(processes.run(command).output)["benchmarks"]
        return {each["name"]: ours.milliseconds(each) for each in entries if not each.get("error_occurred")}

    return Measurement(name, run)


def _training(preset, threads, steps):
    """A whole run, from the program's start to its end; only a sixth of the steps precedes learning."""

    def run(build):
        with tempfile.TemporaryDirectory(prefix="arcadeq-bench-") as folder:
            start = time.monotonic()
            ours.train(
                pathlib.Path(folder) / "run",
                preset,
                threads,
                steps=steps,
                learning_starts=steps // 6,
                capacity=steps,
                program=build / "src" / "app" / "arcadeq",
            )
            return {f"train/{preset}/threads:{threads}": (time.monotonic() - start) * 1e3}

    return Measurement(f"train/{preset}", run)


def _evaluation(preset, games):
    """Whole games by a network that has hardly learnt, on all processors, from the program's start to its end."""

    def run(build):
        program = build / "src" / "app" / "arcadeq"
        with tempfile.TemporaryDirectory(prefix="arcadeq-bench-") as folder:
            trained = pathlib.Path(folder) / "run"
            ours.train(trained, preset, threads=1, steps=200, learning_starts=100, capacity=500, program=program)
            start = time.monotonic()
            processes.run([program, "evaluate", trained, "--episodes", games])
            return {f"evaluate/{preset}/games:{games}": (time.monotonic() - start) * 1e3}

    return Measurement(f"evaluate/{preset}", run)


def _parse(output):
    try:
        return json.loads(output)
    except ValueError:
        raise Unmeasured("prints no report") from None
