"""CleanRL's PQN for Atari in PyTorch and EnvPool, rewritten: agent steps per second of acting and learning.

Its environment (EnvPool: a lost life ends an episode, rewards are clipped), its network, target, loss, optimiser and
values: 8 environments of 128 steps, then 4 epochs of 4 minibatches.
"""

import argparse
import importlib.util
import pathlib
import time

import envpool
import numpy as np
import torch
from torch import nn

import peer

ENVS, ROLLOUT, EPOCHS, MINIBATCHES = 8, 128, 4, 4
GAMMA, LAMBDA, EPSILON, MAX_NORM = 0.99, 0.65, 0.01, 10.0


class Network(nn.Module):
    def __init__(self, actions):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(4, 32, 8, stride=4),
            nn.LayerNorm([32, 20, 20]),
            nn.ReLU(),
            nn.Conv2d(32, 64, 4, stride=2),
            nn.LayerNorm([64, 9, 9]),
            nn.ReLU(),
            nn.Conv2d(64, 64, 3, stride=1),
            nn.LayerNorm([64, 7, 7]),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(3136, 512),
            nn.LayerNorm(512),
            nn.ReLU(),
            nn.Linear(512, actions),
        )

    def forward(self, x):
        return self.layers(x / 255.0)


class Rollout:
    def __init__(self):
        shape = (ROLLOUT, ENVS)
        self.obs = torch.zeros(*shape, 4, 84, 84)
        self.actions = torch.zeros(shape, dtype=torch.long)
        self.rewards, self.dones, self.values = (torch.zeros(shape) for _ in range(3))


def play(envs, network, rollout, obs, done, random):
    """Fills the rollout; returns the observation and the ends that the next one begins with."""
    for t in range(ROLLOUT):
        rollout.obs[t], rollout.dones[t] = obs, done
        with torch.no_grad():
            best = network(obs).max(dim=1)
        rollout.values[t] = best.values
        explores = torch.from_numpy(random.random(ENVS) < EPSILON)
        chance = torch.from_numpy(random.integers(envs.action_space.n, size=ENVS))
        rollout.actions[t] = torch.where(explores, chance, best.indices)
        next_obs, reward, terminated, truncated, _ = envs.step(rollout.actions[t].numpy().astype(np.int32))
        rollout.rewards[t] = torch.from_numpy(reward)
        obs = torch.from_numpy(next_obs).float()
        done = torch.from_numpy(np.logical_or(terminated, truncated)).float()
    return obs, done


@torch.no_grad()
def returns_of(network, rollout, obs, done):
    returns = torch.zeros_like(rollout.rewards)
    for t in reversed(range(ROLLOUT)):
        if t == ROLLOUT - 1:
            returns[t] = rollout.rewards[t] + GAMMA * network(obs).max(dim=1).values * (1 - done)
        else:
            value = rollout.values[t + 1] * (1 - rollout.dones[t + 1])
            returns[t] = rollout.rewards[t] + GAMMA * (LAMBDA * returns[t + 1] + (1 - LAMBDA) * value)
    return returns


def learn(network, optimizer, rollout, returns, random):
    obs = rollout.obs.flatten(0, 1)
    actions, returns = rollout.actions.flatten(), returns.flatten()
    size = ROLLOUT * ENVS // MINIBATCHES
    for _ in range(EPOCHS):
        order = torch.from_numpy(random.permutation(ROLLOUT * ENVS))
        for batch in order.split(size):
            values = network(obs[batch]).gather(1, actions[batch, None]).squeeze(1)
            loss = nn.functional.mse_loss(returns[batch], values)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), MAX_NORM)
            optimizer.step()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--rollouts", type=int, required=True, help="rollouts timed, after one that is not")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    random = np.random.default_rng(1)

    envs = envpool.make(
        "SpaceInvaders-v5",
        env_type="gymnasium",
        num_envs=ENVS,
        num_threads=options.threads,
        episodic_life=True,
        reward_clip=True,
        seed=1,
    )
    network = Network(envs.action_space.n)
    optimizer = torch.optim.RAdam(network.parameters(), lr=2.5e-4)
    rollout = Rollout()
    obs, done = torch.from_numpy(envs.reset()[0]).float(), torch.zeros(ENVS)
    for i in range(options.rollouts + 1):
        if i == 1:
            start = time.perf_counter()
        obs, done = play(envs, network, rollout, obs, done, random)
        learn(network, optimizer, rollout, returns_of(network, rollout, obs, done), random)
    steps = options.rollouts * ROLLOUT * ENVS
    assets = pathlib.Path(importlib.util.find_spec("envpool_assets").submodule_search_locations[0])
    rom = assets / "atari" / "roms" / f"{peer.GAME}.bin"
    peer.report(steps / (time.perf_counter() - start), "steps/s", ("torch", "envpool"), rom)


if __name__ == "__main__":
    main()
