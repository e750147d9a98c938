"""One update in PyTorch, in milliseconds: batch 32, from byte frames to the new target network.

The article's network: double Q-learning, Adam, a blended target. Nature's: DQN, centred RMSProp, a
periodically copied target, as in the presets `tutorial` and `nature`. `eager` is PyTorch's default;
`tuned` has channels-last memory and the fused optimiser; `compile` is tuned under torch.compile.
"""

import argparse
import copy
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

import peer

ACTIONS, BATCH, GAMMA, TAU = 6, 32, 0.99, 0.08
TARGET_PERIOD = 2500


class Article(nn.Module):
    frames = (3, 105, 80)
    double = True

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 16, 8, 4), nn.Conv2d(16, 32, 4, 2)
        self.advantage_hidden, self.value_hidden = nn.Linear(2816, 256), nn.Linear(2816, 256)
        self.advantage, self.value = nn.Linear(256, ACTIONS), nn.Linear(256, 1)

    def forward(self, x):
        x = F.relu(self.conv2(F.relu(self.conv1(x)))).flatten(1)
        advantage = self.advantage(F.relu(self.advantage_hidden(x)))
        value = self.value(F.relu(self.value_hidden(x)))
        return value + advantage - advantage.mean(1, keepdim=True)

    def optimizer(self, **options):
        return torch.optim.Adam(self.parameters(), lr=1e-4, eps=1e-7, **options)


class Nature(nn.Module):
    frames = (4, 84, 84)
    double = False

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(4, 32, 8, 4), nn.Conv2d(32, 64, 4, 2)
        self.conv3 = nn.Conv2d(64, 64, 3, 1)
        self.hidden, self.q = nn.Linear(3136, 512), nn.Linear(512, ACTIONS)

    def forward(self, x):
        x = F.relu(self.conv3(F.relu(self.conv2(F.relu(self.conv1(x)))))).flatten(1)
        return self.q(F.relu(self.hidden(x)))

    def optimizer(self, fused=False):  # RMSprop has no fused form
        return torch.optim.RMSprop(self.parameters(), lr=2.5e-4, alpha=0.95, eps=1e-5, centered=True)


class Learner:
    def __init__(self, network, tuned):
        self.online, self.target = network, copy.deepcopy(network)
        self.double, self.updates = network.double, 0
        self.layout = torch.channels_last if tuned else torch.contiguous_format
        if tuned:
            for module in (self.online, self.target):
                module.to(memory_format=self.layout)
        self.optimizer = self.online.optimizer(fused=True) if tuned else self.online.optimizer()

    def observation(self, frames):
        return frames.float().div_(255).contiguous(memory_format=self.layout)

    def loss(self, states, actions, rewards, next_states, terminated):
        with torch.no_grad():
            next_states = self.observation(next_states)
            next_q = self.target(next_states)
            best = (self.online(next_states) if self.double else next_q).argmax(1, keepdim=True)
            next_values = next_q.gather(1, best).squeeze(1)
            targets = rewards + GAMMA * (1 - terminated) * next_values
        q = self.online(self.observation(states)).gather(1, actions[:, None]).squeeze(1)
        return F.smooth_l1_loss(q, targets)

    def update(self, batch):
        loss = self.loss(*batch)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.updates += 1
        with torch.no_grad():
            if self.double:
                for t, o in zip(self.target.parameters(), self.online.parameters()):
                    t.lerp_(o, TAU)
            elif self.updates % TARGET_PERIOD == 0:
                self.target.load_state_dict(self.online.state_dict())
        return loss.item()


def random_batch(frames):
    shape = (BATCH, *frames)
    return (
        torch.randint(256, shape, dtype=torch.uint8),
        torch.randint(ACTIONS, (BATCH,)),
        torch.rand(BATCH),
        torch.randint(256, shape, dtype=torch.uint8),
        (torch.rand(BATCH) < 0.05).float(),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", choices=("article", "nature"), required=True)
    parser.add_argument("--variant", choices=("eager", "tuned", "compile"), required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--warm-up", type=int, default=20)
    parser.add_argument("--updates", type=int, required=True)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)

    network = Article() if options.network == "article" else Nature()
    learner = Learner(network, tuned=options.variant != "eager")
    if options.variant == "compile":
        learner.loss = torch.compile(learner.loss)
    batches = [random_batch(network.frames) for _ in range(16)]
    milliseconds = []
    for i in range(options.warm_up + options.updates):
        start = time.perf_counter()
        learner.update(batches[i % len(batches)])
        milliseconds.append(1e3 * (time.perf_counter() - start))
    peer.report(statistics.median(milliseconds[options.warm_up :]), "ms", ("torch",))


if __name__ == "__main__":
    main()
