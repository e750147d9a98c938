#!/usr/bin/env python3
"""Writes nn_golden.safetensors: what PyTorch says of the networks and optimisers that src/nn/golden_test.cc
builds. Needs torch and safetensors.

    python3 tests/golden/nn_golden.py tests/golden/nn_golden.safetensors

Weights, frames and gradients of q come from integer formulas that the test repeats, so that only results are
kept: all values of q, and of each gradient and each updated tensor at most 100 elements, evenly spaced.
"""

import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

CASES = {
    # name: architecture, dueling, hidden, (height, width), element, stack, actions, batch
    "article": ("article", True, 256, (105, 80), "uint8", 3, 6, 9),
    "article_small": ("article", True, 24, (44, 36), "uint8", 4, 18, 5),
    "article_one_stream": ("article", False, 40, (37, 29), "uint8", 1, 3, 4),
    "nature": ("nature", False, 512, (84, 84), "uint8", 4, 6, 3),
    "nature_dueling": ("nature", True, 20, (44, 52), "uint8", 2, 4, 6),
    "mlp": ("mlp", True, 32, (1, 4), "float32", 1, 2, 7),
    "mlp_pixels": ("mlp", False, 17, (6, 5), "uint8", 3, 5, 6),
}
UPDATES = 30


def integers(n, salt):
    """n well-mixed 32-bit numbers: the same in every language with wrapping unsigned arithmetic."""
    x = (np.arange(n, dtype=np.uint64) * 2654435761 + salt * 40503 + 12345) & 0xFFFFFFFF
    x ^= x >> np.uint64(16)
    x = (x * np.uint64(0x45D9F3B)) & 0xFFFFFFFF
    return (x ^ (x >> np.uint64(16))).astype(np.uint64)


def numbers(n, salt):
    """n floats in [-1, 1), exact."""
    return ((integers(n, salt) >> np.uint64(8)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)).astype(
        np.float32
    )


class Network(nn.Module):
    def __init__(self, architecture, dueling, hidden, frame, stack, actions):
        super().__init__()
        self.dueling = dueling
        convolutions = {
            "article": [(16, 8, 4), (32, 4, 2)],
            "nature": [(32, 8, 4), (64, 4, 2), (64, 3, 1)],
            "mlp": [],
        }[architecture]
        self.convolutions = []
        channels, (height, width) = stack, frame
        for i, (filters, kernel, stride) in enumerate(convolutions):
            layer = nn.Conv2d(channels, filters, kernel, stride)
            self.add_module(f"conv{i + 1}", layer)
            self.convolutions.append(layer)
            channels, height, width = filters, (height - kernel) // stride + 1, (width - kernel) // stride + 1
        inputs = channels * height * width
        self.dense = []
        if architecture == "mlp":
            self.hidden1 = nn.Linear(inputs, hidden)
            self.dense, inputs = [self.hidden1], hidden
        if dueling:
            self.advantage_hidden, self.value_hidden = nn.Linear(inputs, hidden), nn.Linear(inputs, hidden)
            self.advantage, self.value = nn.Linear(hidden, actions), nn.Linear(hidden, 1)
        else:
            name = "hidden2" if architecture == "mlp" else "hidden"
            self.add_module(name, nn.Linear(inputs, hidden))
            self.last, self.q = getattr(self, name), nn.Linear(hidden, actions)

    def forward(self, x):
        for layer in self.convolutions:
            x = torch.relu(layer(x))
        x = x.flatten(1)
        for layer in self.dense:
            x = torch.relu(layer(x))
        if not self.dueling:
            return self.q(torch.relu(self.last(x)))
        a = self.advantage(torch.relu(self.advantage_hidden(x)))
        v = self.value(torch.relu(self.value_hidden(x)))
        return v + a - a.mean(1, keepdim=True)


def parameters(network):
    """Without the aliases that the module keeps of some layers, sorted by name."""
    seen = {}
    for name, parameter in network.named_parameters(remove_duplicate=False):
        if not name.startswith("last."):
            seen[name] = parameter
    return dict(sorted(seen.items()))


def build(case):
    architecture, dueling, hidden, frame, element, stack, actions, batch = CASES[case]
    network = Network(architecture, dueling, hidden, frame, stack, actions)
    with torch.no_grad():
        for salt, parameter in enumerate(parameters(network).values()):
            fan_in = parameter[0].numel() if parameter.dim() > 1 else 100
            scale = np.float32(1.5) / np.sqrt(np.float32(fan_in))
            values = numbers(parameter.numel(), salt) * scale
            parameter.copy_(torch.from_numpy(values).reshape(parameter.shape))
    shape = (batch, stack, *frame)
    n = int(np.prod(shape))
    if element == "uint8":
        x = torch.from_numpy((integers(n, 1000) >> np.uint64(24)).astype(np.float32)) / 255
    else:
        x = torch.from_numpy(numbers(n, 1000))
    dq = torch.from_numpy(numbers(batch * actions, 1001)).reshape(batch, actions)
    return network, x.reshape(shape), dq


def sample(tensor):
    flat = tensor.detach().flatten()
    return flat[:: max(1, flat.numel() // 100)][:100].numpy().copy()


def rmsprop(parameters, state, learning_rate, decay, epsilon):
    """Graves 2013 (equations 38 to 45 without momentum): centred, epsilon inside the root."""
    for name, p in parameters.items():
        mean, square = state.setdefault(name, [torch.zeros_like(p), torch.zeros_like(p)])
        mean.mul_(decay).add_(p.grad, alpha=1 - decay)
        square.mul_(decay).add_(p.grad**2, alpha=1 - decay)
        p.sub_(learning_rate * p.grad / torch.sqrt(square - mean**2 + epsilon))


def train(case, algorithm, max_norm):
    """UPDATES steps of regression of q on fixed targets; the norms of the gradients and the last tensors."""
    network, x, targets = build(case)
    named = parameters(network)
    adam = torch.optim.Adam(named.values(), lr=1e-3, betas=(0.9, 0.999), eps=1e-7)
    state, norms = {}, []
    for _ in range(UPDATES):
        network.zero_grad()
        (0.5 * (network(x) - targets) ** 2).sum().backward()
        norms.append(float(nn.utils.clip_grad_norm_(named.values(), max_norm or 1e30)))
        if algorithm == "adam":
            adam.step()
        else:
            with torch.no_grad():
                rmsprop(named, state, 1e-3, 0.95, 0.01)
    result = {"norms": np.array(norms, np.float32)}
    result.update({name: sample(p) for name, p in named.items()})
    return result


def main():
    torch.set_num_threads(1)
    torch.backends.mkldnn.enabled = False
    golden = {}
    for case in CASES:
        network, x, dq = build(case)
        q = network(x)
        q.backward(dq)
        golden[f"{case}/q"] = q.detach().numpy().copy()
        for name, parameter in parameters(network).items():
            golden[f"{case}/gradient/{name}"] = sample(parameter.grad)
    for case, algorithm, max_norm in [
        ("article_small", "adam", 0), ("mlp", "adam", 1.0), ("mlp", "rmsprop", 0), ("nature_dueling", "rmsprop", 5.0),
    ]:
        for name, values in train(case, algorithm, max_norm).items():
            golden[f"{case}/{algorithm}/{name}"] = values
    save_file(golden, sys.argv[1])


if __name__ == "__main__":
    main()
