"""Runs one program of a comparison, in the same environment as all others."""

import os
import pathlib
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIME_LIMIT_SECONDS = 1800

# Variables that change a library's choice of kernels or number of threads, or arcadeq's ROM.
UNSET = (
    "ARCADEQ_ROMS",
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
)
# CPU only, and no notices on stderr that would hide an error's last line.
SET = {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}


class Unmeasured(Exception):
    """Why there is no value: a phrase for the table."""


@dataclass(frozen=True)
class Finished:
    output: str
    peak_bytes: int  # resident, of the process itself


def run(command):
    """Runs `command` to completion. Raises Unmeasured if it fails or takes too long."""
    environment = {name: value for name, value in os.environ.items() if name not in UNSET} | SET
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        timer = threading.Timer(TIME_LIMIT_SECONDS, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        text = output.read()
        if process.returncode != 0:
            said = (errors.read().strip() or text.strip() or "said nothing").splitlines()[-1]
            raise Unmeasured(f"ended with {process.returncode}: {said}")
        return Finished(text, usage.ru_maxrss * 1024)
