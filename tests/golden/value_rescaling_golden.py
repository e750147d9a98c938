#!/usr/bin/env python3
"""Writes value_rescaling.safetensors: NumPy's results for src/loss/value_rescaling_test.cc, by the formulas as published
(Pohlen et al. 2018). Needs numpy and safetensors.

    python3 tests/golden/value_rescaling_golden.py tests/golden/value_rescaling.safetensors
"""

import sys

import numpy as np
from safetensors.numpy import save_file

EPSILON = 1e-3


def rescale(x):
    return np.sign(x) * (np.sqrt(np.abs(x) + 1) - 1) + EPSILON * x


def invert(y):
    root = np.sqrt(1 + 4 * EPSILON * (np.abs(y) + 1 + EPSILON))
    return np.sign(y) * (((root - 1) / (2 * EPSILON)) ** 2 - 1)


def main():
    positive = np.logspace(-6, 6, 49)
    returns = np.concatenate([-positive, [0], positive])
    values = rescale(returns)
    np.testing.assert_allclose(invert(values), returns, rtol=1e-9, atol=1e-9)

    generator = np.random.default_rng(1)
    rewards = np.linspace(-150, 200, 40)
    discounts = np.tile([0.9, 0, 0.5, 0.99], 10)
    following = generator.normal(scale=10, size=40)
    targets = rescale(rewards + discounts * invert(following))

    tensors = {"returns": returns, "values": values, "rewards": rewards, "discounts": discounts, "next": following,
               "targets": targets}
    save_file({name: tensor.astype(np.float32) for name, tensor in tensors.items()}, sys.argv[1])


if __name__ == "__main__":
    main()
