"""What arcadeq itself is asked to do for each comparison, and how its figures are read."""

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


def train(out, preset, threads, steps, learning_starts, capacity, program=PROGRAM):
    """A run that acts by its network, without pictures; what is measured of the process."""
    settings = {
        "train.episodes": 0,
        "train.learning_starts": learning_starts,
        "replay.capacity": capacity,
        "policy.epsilon_decay_steps": 1,  # acts by its network, but for one step in ten
        "record.gif_every_episodes": 0,
    }
    command = [program, "train", "--preset", preset, "--threads", threads, "--steps", steps, "--out", out]
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    return processes.run(command)


def training(preset, threads, steps, fill=1000):
    """Steps/s of a whole run while it learns: between the ends of its first and last learning episodes."""
    with tempfile.TemporaryDirectory(prefix="arcadeq-bench-") as folder:
        run = pathlib.Path(folder) / "run"
        train(run, preset, threads, fill + steps, fill, capacity=fill + steps)
        with open(run / "episodes.csv", newline="") as file:
            rows = [row for row in csv.DictReader(file) if int(row["step"]) > fill]
    if len(rows) < 2:
        raise Unmeasured(f"fewer than two episodes ended in {steps} steps")
    first, last = rows[0], rows[-1]
    made = int(last["step"]) - int(first["step"])
    return made / (float(last["wall_seconds"]) - float(first["wall_seconds"]))


@functools.cache
def resident_bytes(frames):
    """The peak of a run of the tutorial preset that ends with `frames` frames stored, 200 of them learnt from."""
    with tempfile.TemporaryDirectory(prefix="arcadeq-bench-") as folder:
        run = pathlib.Path(folder) / "run"
        return train(run, "tutorial", 1, frames, frames - 200, capacity=frames).peak_bytes


def bytes_per_step(frames):
    """By how much a run with `frames` frames is larger than one with a tenth of them, for each step more."""
    few = frames // 10
    return (resident_bytes(frames) - resident_bytes(few)) / (frames - few)


def update_milliseconds(preset, threads):
    return _update(preset, threads)["milliseconds"]


def update_peak_share(preset, threads):
    """The part of the processor's measured peak of multiply-adds that an update comes to, in %."""
    return 100 * _update(preset, threads)["fma_peak_share"]


def sampling_share():
    """Drawing a batch from compressed frames, as a part of the time of nature's update on one thread, in %."""
    sample = milliseconds(_benchmark("replay_bench", "Sample/lz4/frames:100000/iterations:3000"))
    return 100 * sample / update_milliseconds("nature", 1)


def env_frames_per_second(threads):
    """Of nature's environment, on so many threads by the clock."""
    name = f"Environment/nature/all_cores/real_time/threads:{threads}"
    return _benchmark("env_bench", name, "items_per_second")["items_per_second"]


def env_frames_per_core_second():
    """The same by the time of one processor."""
    return _benchmark("env_bench", "Environment/nature", "items_per_second")["items_per_second"]


def bare_emulator_frames_per_core_second():
    return _benchmark("env_bench", "BareEmulator", "items_per_second")["items_per_second"]


def _update(preset, threads):
    """What learner_bench says of a preset's update on frames of the game."""
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
    """The time of an entry in Google Benchmark's report."""
    return entry["real_time"] * {"ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3}[entry["time_unit"]]


def _benchmark(program, name, counter="real_time"):
    """What a Google Benchmark program of bench/ reports for `name`: the entry, which has `counter`."""
    output = processes.run([_bench(program), "--benchmark_format=json", f"--benchmark_filter=^{name}$"]).output
    try:
        entries = json.loads(output)["benchmarks"]
    except (ValueError, KeyError):
        raise Unmeasured(f"{program} prints no report for {name}") from None
    for entry in entries:
        if counter in entry:
            return entry
    raise Unmeasured(f"{program} reports no {counter} for {name}")
