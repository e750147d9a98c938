#!/usr/bin/env python3
"""Runs clang-tidy over the tree on all processors, skipping files that have not changed since they passed.

usage: lint.py BUILD_DIRECTORY [--fix] [--no-tests] [PATH...]

The build directory must have compile_commands.json and the generated sources. Each source file is checked as it
is compiled, together with the headers that it includes. What a header includes is checked on the header by
itself, unless it cannot stand alone and is named *-inl.h. PATHs (files or folders) limit what is checked; the
default is everything. BUILD_DIRECTORY/lint has the compile commands for clang-tidy, and records passed files.
"""

import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
CLANG_TIDY = "clang-tidy-19"
HEADER_CHECKS = "-*,misc-include-cleaner"  # which looks only at the main file; all others look at headers, too
FOLDERS = ("src", "tests", "fuzz", "bench")
INCLUDE = re.compile(rb'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def main():
    options = parse_arguments()
    if shutil.which(CLANG_TIDY) is None:
        sys.exit(f"lint: there is no {CLANG_TIDY}")
    database = options.build / "lint"
    passed = database / "passed"
    passed.mkdir(parents=True, exist_ok=True)
    entries = read_entries(options.build)
    (database / "compile_commands.json").write_text(json.dumps(entries))
    units = [unit for unit in make_units(entries) if options.selects(unit)]
    digests = {unit: unit.digest() for unit in units}
    changed = [unit for unit in units if options.fix or not (passed / digests[unit]).exists()]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        checks = {pool.submit(unit.check, database, options.fix): unit for unit in changed}
        for check in concurrent.futures.as_completed(checks):
            findings = check.result()
            if findings is None:
                (passed / digests[checks[check]]).touch()
            else:
                failed += 1
                print(findings, flush=True)
    if options.selects_everything():
        forget_others(passed, digests.values())
    print(f"lint: {len(units)} files, {len(units) - len(changed)} of them unchanged, {failed} with findings")
    return 1 if failed else 0


class Options(argparse.Namespace):
    def selects(self, unit):
        if self.no_tests and unit.is_test():
            return False
        return not self.paths or unit.is_below(self.paths)

    def selects_everything(self):
        return not self.paths and not self.no_tests


def parse_arguments():
    parser = argparse.ArgumentParser(prog="./run lint", description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--fix", action="store_true", help="apply clang-tidy's fixes")
    parser.add_argument("--no-tests", action="store_true", help="leave out the tests and their helpers")
    parser.add_argument("paths", nargs="*", type=lambda path: pathlib.Path(path).resolve(), metavar="PATH")
    return parser.parse_intermixed_args(namespace=Options())


class Unit:
    """A file to check. For a header, clang-tidy uses the command of a similar source file."""

    def __init__(self, path, command=""):
        self.path = path
        self.command = command

    def is_below(self, paths):
        return any(path in (self.path, *self.path.parents) for path in paths)

    def is_header(self):
        return self.path.suffix == ".h"

    def is_test(self):
        return self.path.name.endswith("_test.cc") or "testing" in self.path.parts

    def digest(self):
        """A hash of everything that the findings depend on, except the system's headers."""
        digest = hashlib.sha256(tool_digest())
        digest.update(" ".join([*self.checks(), self.command]).encode())
        for path in sorted(closure(self.path)):
            digest.update(str(path).encode() + content(path))
        return digest.hexdigest()

    def checks(self):
        return [f"--checks={HEADER_CHECKS}"] if self.is_header() else []

    def check(self, database, fix):
        """None, or clang-tidy's findings."""
        command = [CLANG_TIDY, "-p", database, "--quiet", *self.checks(), *(["--fix"] if fix else []), self.path]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if result.returncode == 0:
            return None
        return result.stdout.strip() or result.stderr.strip()


def read_entries(build):
    """The build's compile commands. Even if it treats warnings as errors, those of Clang are not findings."""
    entries = json.loads((build / "compile_commands.json").read_text())
    for entry in entries:
        entry["command"] = entry["command"].replace(" -Werror ", " ")
    return entries


def make_units(entries):
    commands = {pathlib.Path(entry["file"]).resolve(): entry["command"] for entry in entries}
    files = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    sources = [Unit(path, commands[path]) for path in files if path in commands]
    return sources + [Unit(path) for path in files if path.suffix == ".h" and not path.name.endswith("-inl.h")]


def closure(path):
    """The file and everything in the tree that it includes in quotes, directly or not."""
    found, waiting = {path}, [path]
    while waiting:
        for included in includes(waiting.pop()) - found:
            found.add(included)
            waiting.append(included)
    return found


@functools.cache
def includes(path):
    names = [name.decode() for name in INCLUDE.findall(content(path))]
    places = (path.parent, ROOT / "src", ROOT / "bench")
    return {place / name for name in names for place in places if (place / name).is_file()}


@functools.cache
def content(path):
    return path.read_bytes()


@functools.cache
def tool_digest():
    version = subprocess.run([CLANG_TIDY, "--version"], capture_output=True, check=True).stdout
    return version + (ROOT / ".clang-tidy").read_bytes()


def forget_others(passed, digests):
    """Removes records that no longer apply to any file."""
    for marker in passed.iterdir():
        if marker.name not in digests:
            marker.unlink()


if __name__ == "__main__":
    sys.exit(main())
