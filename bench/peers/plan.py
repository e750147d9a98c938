"""The comparisons: groups of subjects that do the same work and run in turn."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

import ours
import processes
from processes import ROOT, Unmeasured

PROGRAMS = ROOT / "bench" / "peers" / "programs"
ENVIRONMENTS = ROOT / "build" / "peers"
OURS = "arcadeq"


@dataclass(frozen=True)
class Subject:
    name: str
    measure: Callable[[], float]  # may raise Unmeasured


@dataclass(frozen=True)
class Group:
    key: str
    what: str
    unit: str
    subjects: tuple[Subject, ...]
    rounds: int | None = None  # overrides the requested number


def groups(threads, quick):
    """All comparisons. `threads` is for whole runs. A quick plan is small and gives rough figures."""
    everything = [_article(threads, quick)]
    for network, preset in (("article", "tutorial"), ("nature", "nature")):
        everything += [_update(network, preset, count, quick) for count in (1, 2)]
    everything += [_nature(threads, quick), _pqn(threads, quick), _environment(threads, quick), _emulator(quick)]
    everything += [_alone(), _memory(quick)]
    return everything


def _article(threads, quick):
    def tensorflow(name, variant, steps):
        steps = steps // 4 if quick else steps
        return _peer(name, "tensorflow", "article_tensorflow", variant=variant, threads=threads, steps=steps)

    return Group(
        "article",
        "the article's recipe while it learns",
        "steps/s",
        (
            Subject(OURS, lambda: ours.training("tutorial", threads, 3000 if quick else 8000,
                                                changes={"train.update_period": 1})),
            tensorflow("TensorFlow 2, the script", "script", 160),
            tensorflow("TensorFlow 2, tf.function", "graph", 320),
        ),
    )


def _update(network, preset, threads, quick):
    def pytorch(variant):
        return _peer(
            f"PyTorch {variant}",
            "pytorch",
            "update_pytorch",
            network=network,
            variant=variant,
            threads=threads,
            updates=50 if quick else 200,
        )

    return Group(
        f"update-{network}-{threads}",
        f"update of the {preset} preset's network, {threads} thread{'s' if threads > 1 else ''}",
        "ms",
        (
            Subject(OURS, lambda: ours.update_milliseconds(preset, threads)),
            pytorch("eager"),
            pytorch("tuned"),
            pytorch("compile"),
        ),
    )


def _nature(threads, quick):
    steps = 1000 if quick else 4000
    return Group(
        "nature",
        "Nature's recipe while it learns",
        "steps/s",
        (
            Subject(OURS, lambda: ours.training("nature", threads, 4000 if quick else 12000)),
            _peer("Stable-Baselines3", "pytorch", "nature_stable_baselines3", threads=threads, steps=steps),
            _peer("CleanRL's algorithm", "pytorch", "nature_cleanrl", threads=threads, steps=steps),
        ),
    )


def _pqn(threads, quick):
    return Group(
        "pqn",
        "PQN with Nature's network and CleanRL's values",
        "steps/s",
        (
            Subject(OURS, lambda: ours.pqn_training(threads, 10 if quick else 40)),
            _peer("CleanRL's algorithm", "pqn", "pqn_cleanrl", threads=threads, rollouts=2 if quick else 8),
        ),
    )


def _environment(threads, quick):
    frames = 40_000 if quick else 200_000

    def peer(name, environment, program):
        return _peer(name, environment, program, threads=threads, frames=frames)

    return Group(
        "environment",
        "the environment with preprocessing and stacking, all cores",
        "frames/s",
        (
            Subject(OURS, lambda: ours.env_frames_per_second(threads)),
            peer("ALE's vector environment", "ale", "env_ale_vector"),
            peer("EnvPool", "envpool", "env_envpool"),
            peer("Gymnasium + ale-py", "ale", "env_gymnasium"),
        ),
    )


def _emulator(quick):
    frames = 50_000 if quick else 200_000
    return Group(
        "emulator",
        "the environment with preprocessing and stacking, one core",
        "frames/s",
        (
            Subject(OURS, ours.env_frames_per_core_second),
            Subject("bare ALE loop", ours.bare_emulator_frames_per_core_second),
            _peer("bare ALE loop from Python", "ale", "act_ale", frames=frames),
        ),
    )


def _alone():
    return Group(
        "alone",
        "ours alone: an update on one thread",
        "%",
        (
            Subject("share of the FMA peak", lambda: ours.update_peak_share("tutorial", 1)),
            Subject("sampling a compressed batch", ours.sampling_share),
        ),
    )


def _memory(quick):
    frames = 100_000 if quick else 1_000_000
    return Group(
        "memory",
        "ours alone: peak resident memory of a run of the tutorial preset",
        "bytes",
        (
            Subject(f"{frames:,} frames stored", lambda: ours.resident_bytes(frames)),
            Subject("a stored step", lambda: ours.bytes_per_step(frames)),
        ),
        rounds=1,
    )


def _peer(name, environment, program, **options):
    """A program of programs/, run by the Python of its own environment."""

    def measure():
        home = ENVIRONMENTS / environment
        if not (home / "requirements.txt").exists():
            raise Unmeasured(f"not installed, see {home.relative_to(ROOT)}.log")
        command = [home / "bin" / "python", PROGRAMS / f"{program}.py"]
        for key, value in options.items():
            command += [f"--{key}", value]
        result = json.loads(processes.run(command).output.strip().splitlines()[-1])
        if "rom_md5" in result and result["rom_md5"] != hashlib.md5(ours.ROM.read_bytes()).hexdigest():
            raise Unmeasured("plays another ROM")
        return result["value"]

    return Subject(name, measure)
