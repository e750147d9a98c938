"""The machine and the commit of a measurement."""

import datetime
import os
import subprocess

from processes import ROOT

INSTRUCTION_SETS = (("avx512f", "AVX-512"), ("avx2", "AVX2"), ("asimd", "NEON"))


def describe():
    facts = _cpuinfo()
    flags = (facts.get("flags") or facts.get("Features") or "").split()
    return {
        "cpu": facts.get("model name", os.uname().machine),
        "model": " ".join(facts[key] for key in ("cpu family", "model") if key in facts),
        "cores": len(os.sched_getaffinity(0)),
        "instruction_set": next((name for flag, name in INSTRUCTION_SETS if flag in flags), "other"),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": _system(),
        "load_before": round(os.getloadavg()[0], 2),
        "date": datetime.date.today().isoformat(),
        "commit": _commit(),
    }


def _cpuinfo():
    """The first processor's lines of /proc/cpuinfo."""
    with open("/proc/cpuinfo") as file:
        first = file.read().split("\n\n")[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _system():
    with open("/etc/os-release") as file:
        for line in file:
            if line.startswith("PRETTY_NAME="):
                return line.partition("=")[2].strip().strip('"')
    return os.uname().sysname


def _commit():
    """The short hash, followed by + if tracked files differ from it."""
    git = ("git", "-C", str(ROOT))
    try:
        commit = subprocess.run((*git, "rev-parse", "--short", "HEAD"), capture_output=True, text=True, check=True)
        dirty = subprocess.run((*git, "diff", "--quiet", "HEAD"), check=False)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit.stdout.strip() + ("+" if dirty.returncode else "")
