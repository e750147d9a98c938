"""Stable-Baselines3's DQN with Nature's recipe: agent steps per second while learning at every 4th step."""

import time

import ale_py
import gymnasium
import torch
from stable_baselines3 import DQN
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_atari_env
from stable_baselines3.common.vec_env import VecFrameStack

import peer


class StopWatch(BaseCallback):
    """Starts when `start_step` steps have been made."""

    def __init__(self, start_step):
        super().__init__()
        self.start_step, self.start = start_step, None

    def _on_step(self):
        if self.num_timesteps == self.start_step:
            self.start = time.perf_counter()
        return True


def main():
    options = peer.learning_options(__doc__)
    torch.set_num_threads(options.threads)
    gymnasium.register_envs(ale_py)

    env = VecFrameStack(make_atari_env("SpaceInvadersNoFrameskip-v4", n_envs=1, seed=1), n_stack=4)
    total = options.fill + options.warm_up + options.steps
    agent = DQN(
        "CnnPolicy",
        env,
        learning_rate=2.5e-4,
        buffer_size=total,
        learning_starts=options.fill,
        batch_size=32,
        gamma=0.99,
        train_freq=4,
        gradient_steps=1,
        target_update_interval=10_000,
        exploration_fraction=options.fill / total,
        exploration_final_eps=0.1,
        policy_kwargs={
            "optimizer_class": torch.optim.RMSprop,
            "optimizer_kwargs": {"alpha": 0.95, "eps": 1e-5, "centered": True},
        },
        seed=1,
        device="cpu",
    )
    watch = StopWatch(options.fill + options.warm_up)
    agent.learn(total, callback=watch, log_interval=1000)
    seconds = time.perf_counter() - watch.start
    peer.report(options.steps / seconds, "steps/s", ("stable-baselines3", "torch", "ale-py"), peer.ale_rom())


if __name__ == "__main__":
    main()
