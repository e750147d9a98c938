#!/usr/bin/env python3
"""Writes nn_golden.safetensors: PyTorch's results for the networks and optimisers that src/nn/golden_test.cc
builds. Needs torch and safetensors.

    python3 tests/golden/nn_golden.py tests/golden/nn_golden.safetensors

Weights, frames and gradients of q come from integer formulas that the test repeats, so only results are
stored: all values of q, and at most 100 evenly spaced elements of each gradient and each updated tensor.
"""

import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

CASES = {
    # name: architecture, dueling, hidden, (height, width), element, stack, actions, batch[, normalisation]
    "article": ("article", True, 256, (105, 80), "uint8", 3, 6, 9),
    "article_small": ("article", True, 24, (44, 36), "uint8", 4, 18, 5),
    "article_one_stream": ("article", False, 40, (37, 29), "uint8", 1, 3, 4),
    "nature": ("nature", False, 512, (84, 84), "uint8", 4, 6, 3),
    "nature_dueling": ("nature", True, 20, (44, 52), "uint8", 2, 4, 6),
    "mlp": ("mlp", True, 32, (1, 4), "float32", 1, 2, 7),
    "mlp_pixels": ("mlp", False, 17, (6, 5), "uint8", 3, 5, 6),
    "article_channels": ("article", True, 24, (44, 36), "uint8", 4, 6, 5, "channels"),
    "article_sample": ("article", False, 40, (37, 44), "uint8", 2, 3, 4, "sample"),
    "nature_channels": ("nature", False, 20, (44, 52), "uint8", 2, 4, 3, "channels"),
    "nature_sample": ("nature", True, 20, (40, 36), "uint8", 3, 4, 3, "sample"),
    "mlp_channels": ("mlp", True, 32, (1, 4), "float32", 1, 2, 7, "channels"),
    "mlp_sample": ("mlp", False, 17, (6, 5), "uint8", 3, 5, 6, "sample"),
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


class ChannelNorm(nn.LayerNorm):
    """Over the channels of each pixel, with flax's epsilon."""

    def __init__(self, channels):
        super().__init__(channels, eps=1e-6)

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


class Network(nn.Module):
    def __init__(self, architecture, dueling, hidden, frame, stack, actions, normalisation="none"):
        super().__init__()
        self.dueling, self.normalisation = dueling, normalisation
        convolutions = {
            "article": [(16, 8, 4), (32, 4, 2)],
            "nature": [(32, 8, 4), (64, 4, 2), (64, 3, 1)],
            "mlp": [],
        }[architecture]
        self.convolutions = []
        channels, (height, width) = stack, frame
        for i, (filters, kernel, stride) in enumerate(convolutions):
            self.add_module(f"conv{i + 1}", nn.Conv2d(channels, filters, kernel, stride))
            self.convolutions.append(f"conv{i + 1}")
            channels, height, width = filters, (height - kernel) // stride + 1, (width - kernel) // stride + 1
            self.add_norm(f"conv{i + 1}", (channels, height, width))
        inputs = channels * height * width
        self.dense = []
        if architecture == "mlp":
            self.add_hidden("hidden1", inputs, hidden)
            self.dense, inputs = ["hidden1"], hidden
        if dueling:
            self.add_hidden("advantage_hidden", inputs, hidden)
            self.add_hidden("value_hidden", inputs, hidden)
            self.advantage, self.value = nn.Linear(hidden, actions), nn.Linear(hidden, 1)
        else:
            self.last = "hidden2" if architecture == "mlp" else "hidden"
            self.add_hidden(self.last, inputs, hidden)
            self.q = nn.Linear(hidden, actions)

    def add_hidden(self, name, inputs, units):
        self.add_module(name, nn.Linear(inputs, units))
        self.add_norm(name, (units,))

    def add_norm(self, name, shape):
        if self.normalisation != "none":
            norm = nn.LayerNorm(shape) if self.normalisation == "sample" else ChannelNorm(shape[0])
            self.add_module(f"{name}_norm", norm)

    def activate(self, name, x):
        x = getattr(self, name)(x)
        if self.normalisation != "none":
            x = getattr(self, f"{name}_norm")(x)
        return torch.relu(x)

    def forward(self, x):
        for name in self.convolutions:
            x = self.activate(name, x)
        x = x.flatten(1)
        for name in self.dense:
            x = self.activate(name, x)
        if not self.dueling:
            return self.q(self.activate(self.last, x))
        a = self.advantage(self.activate("advantage_hidden", x))
        v = self.value(self.activate("value_hidden", x))
        return v + a - a.mean(1, keepdim=True)


def parameters(network):
    return dict(sorted(network.named_parameters()))


def build(case):
    architecture, dueling, hidden, frame, element, stack, actions, batch, *normalisation = CASES[case]
    network = Network(architecture, dueling, hidden, frame, stack, actions, *normalisation)
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
    """UPDATES regression steps of q to fixed targets; returns the gradient norms and the final tensors."""
    network, x, targets = build(case)
    named = parameters(network)
    optimizers = {"adam": torch.optim.Adam, "radam": torch.optim.RAdam}
    if algorithm in optimizers:
        optimizer = optimizers[algorithm](named.values(), lr=1e-3, betas=(0.9, 0.999), eps=1e-7)
    state, norms = {}, []
    for _ in range(UPDATES):
        network.zero_grad()
        (0.5 * (network(x) - targets) ** 2).sum().backward()
        norms.append(float(nn.utils.clip_grad_norm_(named.values(), max_norm or 1e30)))
        if algorithm in optimizers:
            optimizer.step()
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
        ("article_small", "adam", 0), ("mlp", "adam", 1.0), ("mlp", "radam", 0.5), ("mlp", "rmsprop", 0), ("nature_dueling", "rmsprop", 5.0),
        ("article_channels", "adam", 0), ("nature_sample", "adam", 10.0),
    ]:
        for name, values in train(case, algorithm, max_norm).items():
            golden[f"{case}/{algorithm}/{name}"] = values
    save_file(golden, sys.argv[1])


if __name__ == "__main__":
    main()
