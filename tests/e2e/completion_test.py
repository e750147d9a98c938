"""Bash completes commands, options and values from what the program declares."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from program import ARCADEQ, arcadeq

COMMANDS = re.compile(r"^  (\w+) ", re.MULTILINE)
OPTIONS = re.compile(r"(?<![\w-])--\w[\w-]*")


def options_in_help(command):
    """Those declared: each begins a line, perhaps after a short name."""
    lines = arcadeq(command, "--help").stdout.splitlines()
    return {name for line in lines if re.match(r"  (-\w,)?--", line) for name in OPTIONS.findall(line.split("  ")[1])}


class CompletionTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.script = pathlib.Path(self.directory.name, "completion.bash")
        self.script.write_text(arcadeq("completion").stdout, encoding="utf-8")

    def complete(self, *words):
        """What the last of the words, split as bash splits them, may become."""
        result = subprocess.run(
            ["bash", "-c", 'source "$1"; shift; compopt() { :; }; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _arcadeq; '
             'printf "%s\\n" "${COMPREPLY[@]}"', "bash", str(self.script), "arcadeq", *words],
            capture_output=True, text=True, cwd=self.directory.name, check=False)
        self.assertEqual(result.stderr, "")
        return set(filter(None, result.stdout.split("\n")))

    def test_every_command(self):
        listed = set(COMMANDS.findall(arcadeq("--help").stdout.split("Subcommands:")[1]))
        self.assertIn("train", listed)
        self.assertEqual(self.complete(""), listed)
        self.assertEqual(self.complete("insp"), {"inspect"})

    def test_every_option_of_every_command(self):
        for command in self.complete(""):
            with self.subTest(command):
                self.assertEqual(self.complete(command, "-"), options_in_help(command))

    def test_values_that_have_names(self):
        self.assertEqual(self.complete("train", "--preset", "tut"), {"tutorial"})
        self.assertEqual(self.complete("presets", "dop"), {"dopamine"})
        self.assertEqual(self.complete("evaluate", "--protocol", "noop-"), {"noop-low-epsilon"})
        self.assertEqual(self.complete("train", "--set", "agent.lam"), {"agent.lambda="})

    def test_an_equals_sign_before_the_value(self):
        self.assertEqual(self.complete("train", "--preset", "=", "tut"), {"tutorial"})
        self.assertEqual(self.complete("train", "--preset", "="), self.complete("train", "--preset", ""))

    def test_every_setting(self):
        keys = {line.split("`")[1] + "=" for line in arcadeq("presets", "--markdown").stdout.splitlines()
                if line.startswith("| `")}
        self.assertIn("train.seed=", keys)
        self.assertEqual(self.complete("train", "--set", ""), keys)

    def test_paths(self):
        pathlib.Path(self.directory.name, "my run").mkdir()
        pathlib.Path(self.directory.name, "my file.toml").touch()
        self.assertEqual(self.complete("evaluate", "my"), {"my run"})
        self.assertEqual(self.complete("train", "--resume", "my"), {"my run"})
        self.assertEqual(self.complete("train", "--config", "my"), {"my run", "my file.toml"})

    def test_the_argument_after_a_flag(self):
        pathlib.Path(self.directory.name, "run1").mkdir()
        self.assertEqual(self.complete("inspect", "--hash", "ru"), {"run1"})

    def test_numbers_are_not_completed(self):
        self.assertEqual(self.complete("train", "--seed", ""), set())

    def test_the_launcher_is_completed_too(self):
        result = subprocess.run(["bash", "-c", 'source "$1"; complete -p arcadeq; complete -p ./run', "bash",
                                 str(self.script)], capture_output=True, text=True, check=True)
        self.assertEqual(result.stdout.count("-F _arcadeq"), 2)


class HelpTest(unittest.TestCase):
    def test_examples_use_options_of_their_command(self):
        commands = set(COMMANDS.findall(arcadeq("--help").stdout.split("Subcommands:")[1]))
        for command in sorted(commands):
            with self.subTest(command):
                examples = arcadeq(command, "--help").stdout.partition("Examples:\n")[2].splitlines()
                self.assertTrue(examples)
                for example in examples:
                    self.assertRegex(example, rf"^  (source <\()?arcadeq {command}\b")
                    self.assertLessEqual(set(OPTIONS.findall(example.strip().partition("  ")[0])), options_in_help(command), example)


class SettingsPageTest(unittest.TestCase):
    def test_docs_are_what_the_program_prints(self):
        page = pathlib.Path(__file__).parents[2] / "docs/settings.md"
        self.assertEqual(page.read_text(encoding="utf-8"), arcadeq("presets", "--markdown").stdout,
                         "make it again: ./run presets --markdown > docs/settings.md")


if __name__ == "__main__":
    assert os.access(ARCADEQ, os.X_OK), ARCADEQ
    unittest.main()
