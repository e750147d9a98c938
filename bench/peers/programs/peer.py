"""Shared by the peers' programs: the game they play and the line of JSON they print."""

import argparse
import hashlib
import importlib.metadata
import json
import pathlib

GAME = "space_invaders"
FRAME_SKIP = 4


def report(value, unit, packages, rom=None, **details):
    """Prints a result: `value` in `unit`, the packages that made it, and the game's ROM."""
    result = {"value": value, "unit": unit, **details}
    result["packages"] = {name: importlib.metadata.version(name) for name in packages}
    if rom is not None:
        result["rom_md5"] = hashlib.md5(pathlib.Path(rom).read_bytes()).hexdigest()
    print(json.dumps(result), flush=True)


def learning_options(description):
    """The options of a program that times whole training."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--fill", type=int, default=1000, help="random steps before it learns")
    parser.add_argument("--warm-up", type=int, default=100, help="learning steps before the clock starts")
    parser.add_argument("--steps", type=int, required=True, help="learning steps timed")
    return parser.parse_args()


def ale_rom():
    import ale_py.roms

    return ale_py.roms.get_rom_path(GAME)
