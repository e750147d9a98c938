"""Runs arcadeq for each comparison and reads its figures."""

import csv
import functools
import json
import pathlib
import tempfile

import processes
from processes import ROOT, Unmeasured

RELEASE = ROOT / "build" / "release"
PROGRAM = RELEASE / "src" / "app" / "arcadeq"
ROM = ROOT / "build" / "deps" / "ale" / "roms" / "space_invaders.bin"


def train(out, preset, threads, steps, learning_starts, capacity, changes=None, program=PROGRAM):
    """Runs training that acts greedily, without videos, with these changes to the preset's settings; returns the
    measurements of the process."""
    settings = {
        "train.episodes": 0,
        "train.learning_starts": learning_starts,
        "replay.capacity": capacity,
        "policy.epsilon_decay_steps": 1,  # acts by its network, but for one step in ten
        "record.gif_every_episodes": 0,
        **(changes or {}),
    }
    command = [program, "train", "--preset", preset, "--threads", threads, "--steps", steps, "--out", out]
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    return processes.run(command)


def training(preset, threads, steps, fill=1000, changes=None):
    """Steps/s of a whole run during learning: between the ends of its first and last learning episodes."""
    with tempfile.TemporaryDirectory(prefix="arcadeq-bench-") as folder:
        run = pathlib.Path(folder) / "run"
        train(run, preset, threads, fill + steps, fill, capacity=fill + steps, changes=changes)
        return _steps_per_second(run, after=fill)


def _steps_per_second(run, after):
    """Between the ends of a run's first and last episode after so many steps."""
    with open(run / "episodes.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["step"]) > after]
    if len(rows) < 2:
        raise Unmeasured("fewer than two episodes ended while it learnt")
    first, last = rows[0], rows[-1]
    made = int(last["step"]) - int(first["step"])
    return made / (float(last["wall_seconds"]) - float(first["wall_seconds"]))


def pqn_training(threads, rollouts):
    """Steps/s of PQN with CleanRL's values, between the ends of its first and last episode."""
    envs, length = 8, 128
    settings = {
        "train.envs": envs,
        "agent.rollout_steps": length,
        "agent.epochs": 4,
        "train.batch_size": 256,
        "network.normalisation": "sample",
        "env.noop_max": 30,
        "record.gif_every_episodes": 0,
    }
    with tempfile.TemporaryDirectory(prefix="arcadeq-bench-") as folder:
        run = pathlib.Path(folder) / "run"
        command = [PROGRAM, "train", "--preset", "pqn", "--threads", threads]
        command += ["--steps", rollouts * envs * length, "--out", run]
        for key, value in settings.items():
            command += ["--set", f"{key}={value}"]
        processes.run(command)
        return _steps_per_second(run, after=0)


@functools.cache
def resident_bytes(frames):
    """Peak memory of a run of the tutorial preset that stores `frames` frames and learns in its last 200 steps."""
    with tempfile.TemporaryDirectory(prefix="arcadeq-bench-") as folder:
        run = pathlib.Path(folder) / "run"
        return train(run, "tutorial", 1, frames, frames - 200, capacity=frames).peak_bytes


def bytes_per_step(frames):
    """The additional memory per additional step, comparing a run with `frames` frames and one with a tenth."""
    few = frames // 10
    return (resident_bytes(frames) - resident_bytes(few)) / (frames - few)


def update_milliseconds(preset, threads):
    return _update(preset, threads)["milliseconds"]


def update_peak_share(preset, threads):
    """An update's share of the measured peak of multiply-adds, in %."""
    return 100 * _update(preset, threads)["fma_peak_share"]


def sampling_share():
    """The share of drawing a compressed batch in the time of nature's update on one thread, in %."""
    sample = milliseconds(_benchmark("replay_bench", "Sample/lz4/frames:100000/iterations:3000"))
    return 100 * sample / update_milliseconds("nature", 1)


def env_frames_per_second(threads):
    """For nature's environment, on `threads` threads by wall-clock time."""
    name = f"Environment/nature/all_cores/real_time/threads:{threads}"
    return _benchmark("env_bench", name, "items_per_second")["items_per_second"]


def env_frames_per_core_second():
    """The same on one core, by CPU time."""
    return _benchmark("env_bench", "Environment/nature", "items_per_second")["items_per_second"]


def bare_emulator_frames_per_core_second():
    return _benchmark("env_bench", "BareEmulator", "items_per_second")["items_per_second"]


def _update(preset, threads):
    """learner_bench's report on a preset's update on frames of the game."""
    path = _bench("learner_bench")
    for case in json.loads(processes.run([path, 4, preset, "--json"]).output):
        if case["frames"] == "Space Invaders" and case["threads"] == threads:
            return case
    raise Unmeasured(f"learner_bench does not know {preset} on {threads} threads")


def _bench(program):
    path = RELEASE / "bench" / program
    if not path.exists():
        raise Unmeasured(f"there is no {path.relative_to(ROOT)}")
    return path


def milliseconds(entry):
    """The time of an entry in a Google Benchmark report."""
    return entry["real_time"] * {"ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3}[entry["time_unit"]]


def _benchmark(program, name, counter="real_time"):
    """The entry for `name`, which has `counter`, in the report of a Google Benchmark program of bench/."""
    output = processes.run([_bench(program), "--benchmark_format=json", f"--benchmark_filter=^{name}$"]).output
    try:
        entries = json.loads(output)["benchmarks"]
    except (ValueError, KeyError):
        raise Unmeasured(f"{program} prints no report for {name}") from None
    for entry in entries:
        if counter in entry:
            return entry
    raise Unmeasured(f"{program} reports no {counter} for {name}")
