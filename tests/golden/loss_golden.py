#!/usr/bin/env python3
"""Writes loss_golden.safetensors: what PyTorch says of the losses that src/loss/loss_test.cc compares. Needs torch
and safetensors.

    python3 tests/golden/loss_golden.py tests/golden/loss_golden.safetensors
"""

import sys

import numpy as np
import torch
from safetensors.numpy import save_file

DELTAS = [0.25, 1.0, 3.0]


def losses():
    """name: (function of predictions and targets that gives a loss for each)"""
    functions = {
        f"huber_{delta}": lambda x, y, delta=delta: torch.nn.functional.huber_loss(x, y, reduction="none", delta=delta)
        for delta in DELTAS
    }
    functions["squared"] = lambda x, y: torch.nn.functional.mse_loss(x, y, reduction="none") / 2
    return functions


def main():
    # Every pair of a prediction and a target on a grid that meets each delta exactly and passes it on both sides.
    grid = np.arange(-4, 4.25, 0.25, dtype=np.float32)
    outputs, targets = (a.ravel().copy() for a in np.meshgrid(grid, grid))
    tensors = {"outputs": outputs, "targets": targets}
    for name, function in losses().items():
        x = torch.tensor(outputs, requires_grad=True)
        loss = function(x, torch.tensor(targets))
        loss.sum().backward()
        tensors[f"{name}.loss"] = loss.detach().numpy()
        tensors[f"{name}.gradient"] = x.grad.numpy()
    save_file(tensors, sys.argv[1])


if __name__ == "__main__":
    main()
