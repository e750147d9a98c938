#!/usr/bin/env python3
"""Writes safetensors_numpy.safetensors, which src/base/safetensors_test.cc reads, with the reference library.

    pip install numpy safetensors
    python3 tests/golden/safetensors_golden.py                # writes the golden file
    python3 tests/golden/safetensors_golden.py ours.safetensors   # shows a file written by arcadeq
"""

import pathlib
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

GOLDEN = pathlib.Path(__file__).with_name("safetensors_numpy.safetensors")


def write_golden():
    save_file(
        {
            "conv1.weight": np.arange(12, dtype=np.float32).reshape(2, 3, 2) / 8 - 0.5,
            "conv1.bias": np.array([1.5, -2.25, 3e-30], dtype=np.float32),
            "scalar": np.array(42.0, dtype=np.float32),
            "empty": np.zeros((0, 4), dtype=np.float32),
            "näme \"quoted\"": np.array([[7.0]], dtype=np.float32),
        },
        GOLDEN,
        metadata={"game": "space_invaders", "steps": "20000", "note": "ünï\n"},
    )


def show(path):
    with safe_open(path, framework="numpy") as file:
        print("metadata", file.metadata())
        for name in sorted(file.keys()):
            tensor = file.get_tensor(name)
            print(name, tensor.dtype, tensor.shape, tensor.ravel()[:8])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        show(sys.argv[1])
    else:
        write_golden()
        show(GOLDEN)
