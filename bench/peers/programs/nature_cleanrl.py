"""CleanRL's DQN for Atari in PyTorch, rewritten: agent steps per second while learning at every 4th step.

Its environment (Stable-Baselines3's Atari wrappers under Gymnasium's), its replay buffer
(Stable-Baselines3's, without a copy of the next observation), its network, loss and optimiser.
"""

import random
import time

import ale_py
import gymnasium
import numpy as np
import torch
from stable_baselines3.common import atari_wrappers
from stable_baselines3.common.buffers import ReplayBuffer
from torch import nn
from torch.nn import functional as F

import peer

BATCH, GAMMA, EPSILON = 32, 0.99, 0.1
TRAIN_PERIOD, TARGET_PERIOD = 4, 1000


def make_env():
    env = gymnasium.make("SpaceInvadersNoFrameskip-v4")
    env = gymnasium.wrappers.RecordEpisodeStatistics(env)
    env = atari_wrappers.NoopResetEnv(env, noop_max=30)
    env = atari_wrappers.MaxAndSkipEnv(env, skip=4)
    env = atari_wrappers.EpisodicLifeEnv(env)
    env = atari_wrappers.FireResetEnv(env)
    env = atari_wrappers.ClipRewardEnv(env)
    env = gymnasium.wrappers.ResizeObservation(env, (84, 84))
    env = gymnasium.wrappers.GrayscaleObservation(env)
    return gymnasium.wrappers.FrameStackObservation(env, 4)


class Network(nn.Module):
    def __init__(self, actions):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(4, 32, 8, stride=4),
            nn.ReLU(),
            nn.Conv2d(32, 64, 4, stride=2),
            nn.ReLU(),
            nn.Conv2d(64, 64, 3, stride=1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(3136, 512),
            nn.ReLU(),
            nn.Linear(512, actions),
        )

    def forward(self, x):
        return self.layers(x / 255.0)


def learn(online, target, optimizer, data):
    with torch.no_grad():
        next_values = target(data.next_observations).max(dim=1).values
        targets = data.rewards.flatten() + GAMMA * next_values * (1 - data.dones.flatten())
    values = online(data.observations).gather(1, data.actions).squeeze()
    loss = F.mse_loss(targets, values)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def main():
    options = peer.learning_options(__doc__)
    torch.set_num_threads(options.threads)
    for seeded in (random.seed, np.random.seed, torch.manual_seed):
        seeded(1)
    gymnasium.register_envs(ale_py)

    envs = gymnasium.vector.SyncVectorEnv([make_env])
    actions = envs.single_action_space.n
    online, target = Network(actions), Network(actions)
    target.load_state_dict(online.state_dict())
    optimizer = torch.optim.Adam(online.parameters(), lr=1e-4)
    total = options.fill + options.warm_up + options.steps
    buffer = ReplayBuffer(
        total,
        envs.single_observation_space,
        envs.single_action_space,
        "cpu",
        optimize_memory_usage=True,
        handle_timeout_termination=False,
    )

    obs, _ = envs.reset(seed=1)
    for step in range(total):
        if step == options.fill + options.warm_up:
            start = time.perf_counter()
        if step < options.fill or random.random() < EPSILON:
            action = np.array([envs.single_action_space.sample()])
        else:
            action = online(torch.Tensor(obs)).argmax(dim=1).numpy()
        next_obs, reward, terminated, truncated, info = envs.step(action)
        buffer.add(obs, next_obs, action, reward, terminated, [info])
        obs = next_obs
        if step >= options.fill and step % TRAIN_PERIOD == 0:
            learn(online, target, optimizer, buffer.sample(BATCH))
            if step % TARGET_PERIOD == 0:
                target.load_state_dict(online.state_dict())
    seconds = time.perf_counter() - start
    peer.report(options.steps / seconds, "steps/s", ("torch", "stable-baselines3", "ale-py"), peer.ale_rom())


if __name__ == "__main__":
    main()
