"""Gymnasium's AsyncVectorEnv over ale-py with Gymnasium's Atari preprocessing and stacking: frames/s."""

import ale_py
import gymnasium
from gymnasium.wrappers import AtariPreprocessing, FrameStackObservation

import peer
import vector_env


def make_one():
    gymnasium.register_envs(ale_py)
    env = gymnasium.make("SpaceInvadersNoFrameskip-v4", disable_env_checker=True)
    env = AtariPreprocessing(env, noop_max=30, frame_skip=peer.FRAME_SKIP, screen_size=84)
    return FrameStackObservation(env, 4)


def make(count, threads):
    del threads  # every environment is a process of its own
    env = gymnasium.vector.AsyncVectorEnv([make_one] * count)
    env.reset(seed=1)
    return env, env.single_action_space.n


if __name__ == "__main__":
    frames, envs = vector_env.best_of_sizes(make)
    peer.report(frames, "frames/s", ("gymnasium", "ale-py"), peer.ale_rom(), envs=envs)
