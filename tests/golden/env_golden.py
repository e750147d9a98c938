#!/usr/bin/env python3
"""Writes the golden data of src/env's tests with ALE's Python package, Gymnasium and OpenCV.

    pip install ale-py==0.12.1 gymnasium numpy opencv-python-headless
    python3 tests/golden/env_golden.py

env_atari.json     games played through ALEInterface: for each step the rewards, endings and hashes
                   of screen and reduced frame
env_cartpole.json  transitions of Gymnasium's CartPole-v1 in float64
env_area_*.pgm     a synthetic image reduced by OpenCV's INTER_AREA
"""

import json
import pathlib

import ale_py
import cv2
import gymnasium
import numpy as np
from ale_py import roms

FOLDER = pathlib.Path(__file__).parent
ALE_SEED = 599062386  # RandomStream(1, "golden").Below(2^31): what MakeAtari draws for ALE

ale_py.ALEInterface.setLoggerMode(ale_py.LoggerMode.Error)


def fnv1a(data):
    value = 0x811C9DC5
    for byte in data.tobytes():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def area_mean(image, height, width):
    """The mean over the area of each target pixel, rounding halves up: repeats every source pixel so
    often that target pixels fall on whole pixels."""
    rows = np.repeat(image.astype(np.int64), height, axis=0)
    rows = rows.reshape(height, image.shape[0], image.shape[1]).sum(axis=1)
    columns = np.repeat(rows, width, axis=1)
    sums = columns.reshape(height, width, image.shape[1]).sum(axis=2)
    area = image.shape[0] * image.shape[1]
    return ((sums + area // 2) // area).astype(np.uint8)


def play(game, steps, sticky=0.25, frame_skip=4, max_pool=False, full_action_set=False,
         max_frames=0, observation=(105, 80)):
    ale = ale_py.ALEInterface()
    ale.setInt("random_seed", ALE_SEED)
    ale.setFloat("repeat_action_probability", sticky)
    ale.setInt("max_num_frames_per_episode", max_frames)
    ale.loadROM(roms.get_rom_path(game))
    action_set = ale.getLegalActionSet() if full_action_set else ale.getMinimalActionSet()
    random = np.random.default_rng(7)
    run = dict(game=game, sticky=sticky, frame_skip=frame_skip, max_pool=max_pool,
               full_action_set=full_action_set, max_frames=max_frames,
               observation="%dx%d" % observation,
               action_names=[str(action).split(".")[-1] for action in action_set], steps=[])
    ale.reset_game()
    for _ in range(steps):
        action = int(random.integers(len(action_set)))
        lives, reward, frames = ale.lives(), 0, 0
        greys = []
        while frames < frame_skip and not ale.game_over():
            reward += ale.act(action_set[action])
            greys.append(ale.getScreenGrayscale())
            frames += 1
        grey = np.maximum(*greys[-2:]) if max_pool and len(greys) > 1 else greys[-1]
        terminated = ale.game_over(with_truncation=False)
        truncated = not terminated and ale.game_truncated()
        run["steps"].append([
            action, reward, frames, int(terminated), int(truncated),
            int(not terminated and ale.lives() < lives),
            fnv1a(ale.getScreen()), fnv1a(area_mean(grey, *observation))])
        if terminated or truncated:
            ale.reset_game()
    return run


def atari():
    runs = [
        play("space_invaders", 800),
        play("space_invaders", 60, sticky=0.0, max_pool=True, observation=(84, 84)),
        play("breakout", 250, frame_skip=3, full_action_set=True, max_frames=400),
        play("pacman", 60, frame_skip=1, max_pool=True),
        play("king_kong", 30, observation=(84, 84)),
        play("carnival", 30),
    ]
    text = ",\n".join(
        json.dumps({**run, "steps": None})[:-5] + "[\n"
        + ",\n".join(json.dumps(step, separators=(",", ":")) for step in run["steps"]) + "]}"
        for run in runs)
    (FOLDER / "env_atari.json").write_text(
        '{"ale_seed": %d, "runs": [\n%s\n]}\n' % (ALE_SEED, text))
    for run in runs:
        steps = np.array(run["steps"])
        print(run["game"], "reward", steps[:, 1].sum(), "ends", steps[:, 3].sum(),
              "truncations", steps[:, 4].sum(), "lives lost", steps[:, 5].sum())


def cartpole():
    env = gymnasium.make("CartPole-v1").unwrapped
    random = np.random.default_rng(3)
    transitions = []
    for episode in range(8):
        env.reset(seed=episode)
        terminated = False
        while not terminated:
            before = env.state
            action = int(random.integers(2))
            _, reward, terminated, _, _ = env.step(action)
            transitions.append([list(map(float, before)), action, float(reward),
                                list(map(float, env.state)), int(terminated)])
    # The track's ends, which the cart never reaches before the pole falls.
    for position in (2.39, -2.39):
        env.state = before = np.array([position, np.sign(position), 0.01, 0.0])
        env.steps_beyond_terminated = None
        _, reward, terminated, _, _ = env.step(int(position > 0))
        transitions.append([list(map(float, before)), int(position > 0), float(reward),
                            list(map(float, env.state)), int(terminated)])
    lines = ",\n".join(json.dumps(t, separators=(",", ":")) for t in transitions)
    (FOLDER / "env_cartpole.json").write_text("[\n%s\n]\n" % lines)
    print("cartpole", len(transitions), "transitions,", sum(t[4] for t in transitions), "ends")


def area():
    for source in ((210, 160), (250, 160)):
        y, x = np.indices(source)
        image = ((x * x * 7 + y * 131 + (x * y) % 89 * 3) % 256).astype(np.uint8)
        for height, width in ((105, 80), (84, 84), (42, 42)):
            reduced = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
            name = "env_area_%dx%d_to_%dx%d.pgm" % (*source, height, width)
            (FOLDER / name).write_bytes(b"P5\n%d %d\n255\n" % (width, height) + reduced.tobytes())
            difference = reduced.astype(int) - area_mean(image, height, width)
            print(name, "differs from the exact mean by at most", abs(difference).max())


if __name__ == "__main__":
    atari()
    cartpole()
    area()
