"""Frames per second of a vector of environments that step together with random actions."""

import argparse
import time

import numpy as np

from peer import FRAME_SKIP


def frames_per_second(env, actions, steps):
    """Of `env`, whose step() takes an action for each of its environments; it is ready to step."""
    policy = np.random.default_rng(1)
    count = env.num_envs
    choices = [policy.integers(actions, size=count, dtype=np.int32) for _ in range(256)]
    for i in range(20):
        env.step(choices[i])
    start = time.perf_counter()
    for i in range(steps):
        env.step(choices[i % len(choices)])
    return FRAME_SKIP * steps * count / (time.perf_counter() - start)


def best_of_sizes(make, close=lambda env: env.close()):
    """(frames/s, environments) of the fastest of a few sizes. make(count, threads) -> (env, actions)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--frames", type=int, required=True, help="emulator frames timed for each size")
    options = parser.parse_args()
    results = []
    for per_thread in (1, 4, 16):
        count = per_thread * options.threads
        env, actions = make(count, options.threads)
        steps = max(1, options.frames // (FRAME_SKIP * count))
        results.append((frames_per_second(env, actions, steps), count))
        close(env)
    return max(results)
