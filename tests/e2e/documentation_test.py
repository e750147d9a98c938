"""The commands in the documentation name commands, options, presets and settings that exist."""

import functools
import itertools
import pathlib
import re
import shlex
import unittest

from program import arcadeq

ROOT = pathlib.Path(__file__).parents[2]
LAUNCHER = {"test", "build", "bench", "fuzz", "format", "lint", "help"}  # of the script `run` itself
CODE = re.compile(r"^```.*?^```|`[^`]+`", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:\./run|\barcadeq) +([a-z]+\b(?:\\\n|[^`\n])*)")  # to the end of the line, as the shell sees it
OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")
PLACEHOLDER = re.compile(r"[A-Z]+|\.\.\.")  # for one of the reader's own


def words(command):
    """Those of a shell's command line, up to a pipe, a redirection, a comment or another command."""
    tokens = shlex.shlex(command.replace("\\\n", " "), posix=True, punctuation_chars=True)
    tokens.whitespace_split = True
    return list(itertools.takewhile(lambda token: not set(token) <= set("();<>|&"), tokens))


def documented():
    """(page, words of a command) for every command that a page shows."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/decisions/*.md")]
    for page in sorted(pages):
        for code in CODE.findall(page.read_text(encoding="utf-8")):
            for command in COMMAND.findall(code):
                yield page.relative_to(ROOT), words(command)


@functools.cache
def help_of(command):
    return arcadeq(command, "--help").stdout


@functools.cache
def settings():
    return {line.split("`")[1] for line in arcadeq("presets", "--markdown").stdout.splitlines() if line.startswith("| `")}


class DocumentationTest(unittest.TestCase):
    def test_every_command_exists(self):
        commands = set(re.findall(r"^  (\w+) ", arcadeq("--help").stdout.split("Subcommands:")[1], re.MULTILINE))
        shown = [(page, command) for page, command in documented() if command[0] not in LAUNCHER]
        self.assertGreater(len(shown), 100)
        self.assertLess({"train", "evaluate", "record"}, commands)
        for page, (command, *arguments) in shown:
            with self.subTest(f"{page}: {command} {' '.join(arguments)}"):
                self.assertIn(command, commands)
                for option in (argument.split("=")[0] for argument in arguments):
                    if OPTION.fullmatch(option):
                        self.assertIn(option, OPTION.findall(help_of(command)))

    def test_every_preset_and_setting_exists(self):
        presets = arcadeq("presets").stdout.split()
        self.assertIn("replay.n_step", settings())
        for page, command in documented():
            for option, value in zip(command, command[1:]):
                name = value.split("=")[0]
                if PLACEHOLDER.fullmatch(name):
                    continue
                with self.subTest(f"{page}: {' '.join(command)}"):
                    if option == "--preset" and command[0] not in LAUNCHER:
                        self.assertIn(name, presets)
                    if option == "--set":
                        self.assertIn(name, settings())


if __name__ == "__main__":
    unittest.main()
