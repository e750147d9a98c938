#!/usr/bin/env python3
"""Writes loss_golden.safetensors: PyTorch's results for the losses in src/loss/loss_test.cc. Needs torch
and safetensors.

    python3 tests/golden/loss_golden.py tests/golden/loss_golden.safetensors
"""

import sys

import numpy as np
import torch
from safetensors.numpy import save_file

DELTAS = [0.25, 1.0, 3.0]
HL_GAUSS = {"bins": 13, "low": -2.0, "high": 3.0, "sigma": 0.6}
CATEGORICAL = {"atoms": 11, "low": -2.0, "high": 3.0}
QUANTILE = {"quantiles": 9, "kappa": 0.7}


def hl_gauss():
    """Tensors of the histogram loss: logits, returns and the results, in double except for the logits."""
    bins, low, high = HL_GAUSS["bins"], HL_GAUSS["low"], HL_GAUSS["high"]
    edges = torch.linspace(low, high, bins + 1, dtype=torch.float64)
    centres = (edges[1:] + edges[:-1]) / 2
    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(40, bins, generator=generator) * 3
    returns = torch.linspace(low - 1, high + 1, 40, dtype=torch.float64)
    sigma = HL_GAUSS["sigma"] * (high - low) / bins
    cdf = torch.distributions.Normal(returns.clamp(low, high)[:, None], sigma).cdf(edges[None, :])
    targets = (cdf[:, 1:] - cdf[:, :-1]) / (cdf[:, -1:] - cdf[:, :1])
    x = logits.double().requires_grad_()
    loss = torch.nn.functional.cross_entropy(x, targets, reduction="none")
    loss.sum().backward()
    values = torch.softmax(x, 1) @ centres
    tensors = {"outputs": logits, "returns": returns, "targets": targets, "values": values, "loss": loss, "gradient": x.grad}
    return {f"hl_gauss.{name}": tensor.detach().numpy().astype(np.float32) for name, tensor in tensors.items()}


def transitions(atoms, generator):
    """Rewards, discounts (some 0), and outputs of the network for both states, scaled to spread over the atoms."""
    rewards = torch.linspace(-3, 4, 40, dtype=torch.float64)
    discounts = torch.tensor([0.9, 0.0, 0.5, 0.99], dtype=torch.float64).repeat(10)
    outputs, following = torch.randn(2, 40, atoms, generator=generator) * 2
    return rewards, discounts, outputs, following


def results(prefix, rewards, discounts, outputs, following, targets, values, x, loss):
    loss.sum().backward()
    tensors = {"rewards": rewards, "discounts": discounts, "outputs": outputs, "next": following, "targets": targets,
               "values": values, "loss": loss, "gradient": x.grad}
    return {f"{prefix}.{name}": tensor.detach().numpy().astype(np.float32) for name, tensor in tensors.items()}


def categorical():
    """The categorical loss; projects as Dopamine does, by the distance of each pair of atoms."""
    atoms, low, high = CATEGORICAL["atoms"], CATEGORICAL["low"], CATEGORICAL["high"]
    rewards, discounts, outputs, following = transitions(atoms, torch.Generator().manual_seed(2))
    support = torch.linspace(low, high, atoms, dtype=torch.float64)
    moved = (rewards[:, None] + discounts[:, None] * support).clamp(low, high)
    shares = (1 - (moved[:, None, :] - support[None, :, None]).abs() * (atoms - 1) / (high - low)).clamp(0, 1)
    targets = (shares * torch.softmax(following.double(), 1)[:, None, :]).sum(2)
    x = outputs.double().requires_grad_()
    loss = torch.nn.functional.cross_entropy(x, targets, reduction="none")
    return results("categorical", rewards, discounts, outputs, following, targets, torch.softmax(x, 1) @ support, x, loss)


def quantile():
    """The quantile Huber loss, over all pairs of a quantile and a return of the target."""
    count, kappa = QUANTILE["quantiles"], QUANTILE["kappa"]
    rewards, discounts, outputs, following = transitions(count, torch.Generator().manual_seed(3))
    targets = rewards[:, None] + discounts[:, None] * following.double()
    x = outputs.double().requires_grad_()
    errors = targets[:, None, :] - x[:, :, None]
    huber = torch.nn.functional.huber_loss(errors, torch.zeros_like(errors), reduction="none", delta=kappa)
    tau = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    loss = ((tau[None, :, None] - (errors < 0).double()).abs() * huber / kappa).mean(2).sum(1)
    return results("quantile", rewards, discounts, outputs, following, targets, x.mean(1), x, loss)


def losses():
    """{name: function from predictions and targets to the loss of each pair}"""
    functions = {
        f"huber_{delta}": lambda x, y, delta=delta: torch.nn.functional.huber_loss(x, y, reduction="none", delta=delta)
        for delta in DELTAS
    }
    functions["squared"] = lambda x, y: torch.nn.functional.mse_loss(x, y, reduction="none") / 2
    return functions


def main():
    # Every pair of a prediction and a target on a grid that contains each delta and values on both sides of
    # it.
    grid = np.arange(-4, 4.25, 0.25, dtype=np.float32)
    outputs, targets = (a.ravel().copy() for a in np.meshgrid(grid, grid))
    tensors = {"outputs": outputs, "targets": targets}
    for name, function in losses().items():
        x = torch.tensor(outputs, requires_grad=True)
        loss = function(x, torch.tensor(targets))
        loss.sum().backward()
        tensors[f"{name}.loss"] = loss.detach().numpy()
        tensors[f"{name}.gradient"] = x.grad.numpy()
    for distributional in [hl_gauss, categorical, quantile]:
        tensors.update(distributional())
    save_file(tensors, sys.argv[1])


if __name__ == "__main__":
    main()
