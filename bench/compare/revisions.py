"""The two revisions: their sources and release builds, in build/compare.

Each commit has its own folder, which the next comparison of that commit reuses; folders of
commits that are not compared now are removed. `.` is the working tree as it is.
"""

import os
import pathlib
import shutil
import subprocess
import sys
from dataclasses import dataclass

from processes import ROOT

HOME = ROOT / "build" / "compare"
EMULATOR = ROOT / "build" / "deps" / "ale"
WORKING_TREE = "working-tree"


class BuildError(Exception):
    """Why a revision is unavailable, in one line."""


@dataclass(frozen=True)
class Revision:
    name: str  # as it was asked for
    key: str  # the commit, or WORKING_TREE

    def __str__(self):
        return self.name if self.key == WORKING_TREE else f"{self.name} ({self.key[:10]})"

    @property
    def build_directory(self):
        return HOME / self.key / "build" / "release"


def resolve(name):
    if name == ".":
        return Revision(name, WORKING_TREE)
    git = subprocess.run(
        ["git", "-C", ROOT, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"],
        capture_output=True,
        text=True,
    )
    if git.returncode != 0:
        raise BuildError(f"there is no revision {name}")
    return Revision(name, git.stdout.strip())


def remove_others(revisions):
    wanted = {revision.key for revision in revisions}
    for folder in HOME.iterdir() if HOME.exists() else ():
        if folder.is_dir() and folder.name not in wanted:
            shutil.rmtree(folder)


def build(revision):
    """Updates the revision's build: everything except its tests."""
    source = ROOT
    if revision.key != WORKING_TREE:
        source = HOME / revision.key
        if not source.exists():
            _check_out(revision.key, source)
        _provide_emulator(source)
    target = revision.build_directory
    target.parent.mkdir(parents=True, exist_ok=True)
    log = target.with_suffix(".log")
    print(f"building {revision}; the log is {log.relative_to(ROOT)}", file=sys.stderr, flush=True)
    with open(log, "w") as output:
        for command in (
            ["cmake", "-S", source, "-B", target, "--preset", "release", "-DBUILD_TESTING=OFF"],
            ["cmake", "--build", target, "--parallel", str(len(os.sched_getaffinity(0)))],
        ):
            # CMake looks for presets in the current folder.
            if subprocess.run(command, cwd=source, stdout=output, stderr=subprocess.STDOUT).returncode != 0:
                raise BuildError(f"{revision} does not build; see {log.relative_to(ROOT)}")


def _check_out(commit, folder):
    """Checks out the commit's files atomically."""
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    with subprocess.Popen(["git", "-C", ROOT, "archive", commit], stdout=subprocess.PIPE) as git:
        unpacked = subprocess.run(["tar", "-x", "-C", partial], stdin=git.stdout).returncode == 0
    if git.returncode != 0 or not unpacked:
        raise BuildError(f"commit {commit} cannot be checked out")
    partial.rename(folder)


def _provide_emulator(source):
    """Links to the working tree's emulator; the revision's own script replaces it if it needs another one."""
    emulator = source / "build" / "deps" / "ale"
    if not emulator.exists():
        partial = emulator.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(EMULATOR, partial, copy_function=os.link)
        partial.rename(emulator)
    if subprocess.run([source / "tools" / "ale.sh", emulator]).returncode != 0:
        raise BuildError(f"the emulator cannot be built for {source.name}; see {emulator.relative_to(ROOT)}.log")
