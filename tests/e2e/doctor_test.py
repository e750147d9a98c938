"""doctor finds what limits or prevents training, and says so by text, JSON and exit code; tune measures settings."""

import json
import os
import pty
import re
import subprocess
import unittest
from unittest import mock

import program
from program import ProgramTest, arcadeq

NO_DISPLAY = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "SDL_VIDEODRIVER": ""}
# Mounts are made in a namespace of their own, where any user may, and go with it.
NAMESPACE = ["unshare", "--map-root-user", "--mount"]


def may_mount():
    return subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode == 0


def marks(section):
    """{what: mark} of a section of the JSON."""
    return {finding["what"]: finding["mark"] for finding in section["findings"]}


def output_on_a_terminal(arguments, **variables):
    """What the program writes to a terminal, and its exit code."""
    terminal, its_end = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    process = subprocess.Popen([program.ARCADEQ, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=its_end,
                               env={**environment, **NO_DISPLAY, "TERM": "xterm", **variables})
    os.close(its_end)
    output = b""
    try:
        while piece := os.read(terminal, 65536):
            output += piece
    except OSError:  # the program has closed its end
        pass
    os.close(terminal)
    return output.decode(), process.wait()


class Doctor(ProgramTest):
    def setUp(self):
        super().setUp()
        # Memory that the display's libraries never free is not our leak.
        self.enterContext(mock.patch.dict(os.environ, {
            "ASAN_OPTIONS": os.environ["ASAN_OPTIONS"] + ":detect_leaks=0"}))
        self.runs = self.folder / "runs"
        self.runs.mkdir()

    def examine(self, out=None, code=0, **options):
        """The JSON of a doctor that exits with this code."""
        done = arcadeq("doctor", "--json", "--out", out or self.runs, **options)
        self.assertEqual(done.returncode, code, f"{done.stdout}\n{done.stderr}")
        self.assertEqual(done.stderr, "")
        report = json.loads(done.stdout)
        self.assertEqual(list(report), ["verdict", "program", "processor", "memory", "games", "display", "runs", "speed"])
        for section in list(report.values())[1:]:
            for finding in section["findings"]:
                self.assertEqual("remedy" in finding, finding["mark"] != "ok", finding)
        return report

    def test_a_machine_that_can_train(self):
        report = self.examine(env={**NO_DISPLAY, "SDL_VIDEODRIVER": "dummy"})
        self.assertIn(report["verdict"], ["ok", "warning"])
        version = self.succeed("--version").split()[1]
        self.assertEqual(report["program"]["version"], version)
        self.assertNotEqual(report["program"]["compiler"], "")
        self.assertGreater(report["memory"]["available_bytes"], 0)
        invaders = [rom for rom in report["games"]["roms"] if rom["game"] == "space_invaders"]
        self.assertEqual([rom["md5"] for rom in invaders], ["72ffbef6504b75e69ee1045af9075f66"])
        self.assertEqual(marks(report["display"]), {"window": "ok"})
        self.assertGreater(report["runs"]["write_bytes_per_second"], 0)
        self.assertEqual(list(self.runs.iterdir()), [], "it left something behind")
        speed = report["speed"]
        self.assertEqual((speed["preset"], speed["game"]), ("laptop", "space_invaders"))
        self.assertGreater(speed["steps_per_second"], 0)
        self.assertGreater(speed["frames_per_second"], speed["steps_per_second"])

    def test_what_is_missing_but_does_not_prevent_training(self):
        """One processor, no display, and a damaged ROM of the default game."""
        processors = sorted(os.sched_getaffinity(0))
        roms = self.make_folder()
        (roms / "space_invaders.bin").write_bytes(b"damaged")
        report = self.examine(env={**NO_DISPLAY, "ARCADEQ_ROMS": str(roms)},
                              preexec_fn=lambda: os.sched_setaffinity(0, processors[:1]))
        self.assertEqual(report["verdict"], "warning")
        self.assertEqual(report["processor"]["affinity"], 1)
        self.assertEqual(report["processor"]["available"], 1)
        self.assertEqual(report["speed"]["threads"], 1)
        if os.cpu_count() > 1:
            self.assertEqual(marks(report["processor"])["affinity"], "warning")
        self.assertEqual(marks(report["display"]), {"window": "warning"})
        self.assertIn("neither DISPLAY nor WAYLAND_DISPLAY", report["display"]["problem"])
        (damaged,) = [rom for rom in report["games"]["roms"] if "problem" in rom]
        self.assertEqual(damaged["file"], str(roms / "space_invaders.bin"))
        self.assertIn("72ffbef6504b75e69ee1045af9075f66", damaged["problem"])
        self.assertEqual(marks(report["games"])["space_invaders"], "warning")
        self.assertNotEqual(report["speed"]["game"], "space_invaders")

    def test_a_directory_that_cannot_be_written(self):
        report = self.examine(out="/proc/runs", code=2)
        self.assertEqual(report["verdict"], "error")
        self.assertEqual(marks(report["runs"]), {"directory": "error"})
        self.assertEqual(report["runs"]["path"], "/proc/runs")

    @unittest.skipUnless(may_mount(), "nothing can be mounted here")
    def test_no_roms(self):
        """Empty directories lie over those that have ROMs."""
        places = filter(os.path.isdir, self.examine()["games"]["directories"])
        mounts = "".join(f"mount -t tmpfs none '{folder}' && " for folder in places)
        done = subprocess.run(
            [*NAMESPACE, "sh", "-c", mounts + 'exec "$0" doctor --out "$1"', program.ARCADEQ, self.runs],
            capture_output=True, text=True, stdin=subprocess.DEVNULL, env={**os.environ, **NO_DISPLAY})
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"  error    ROMs +none in ARCADEQ_ROMS ")
        self.assertRegex(done.stdout, r"  error    training +no space_invaders\.bin found")
        self.assertIn("\nTraining is impossible: 2 errors, ", done.stdout)

    def test_the_report_is_plain_text_unless_a_terminal_has_colours(self):
        arguments = ["doctor", "--out", self.folder / "a\nb"]
        coloured, code = output_on_a_terminal(arguments)
        self.assertEqual(code, 0, coloured)
        self.assertIn("\x1b[33mwarning\x1b[0m  window", coloured)
        plain, _ = output_on_a_terminal(arguments, NO_COLOR="1")
        self.assertNotIn("\x1b", plain)
        self.assertIn("a\\x0ab, which a run will make", plain)
        for line in plain.splitlines():
            self.assertRegex(line, r"^($|\w.*|  (ok     |warning|error  )  \S.*| {29}-> \S.*)$")
        titles = re.findall(r"^\w.*$", plain.replace("\r\n", "\n"), re.MULTILINE)
        self.assertEqual(titles[:-1], ["Program", "Processor", "Memory", "Games", "Display", "Directory for runs",
                                       "Speed of the preset laptop"])
        self.assertRegex(titles[-1], r"^Training works: \d+ warnings?\.$")


class Tune(ProgramTest):
    def test_measures_and_advises(self):
        output = self.succeed("tune", "--preset", "catch", "--seconds", 1)
        self.assertIn("catch with the preset catch on ", output)
        self.assertRegex(output, r"\ncatch +\d+ +1 +32 +[\d,]+ +[\d,]+ - [\d,]+ +100 %\n")
        self.assertIn("\nSettings to use\n", output)
        self.assertIn("\nFaster, but learning changes\n", output)

    def test_the_game_decides_the_preset(self):
        self.assertIn("cartpole with the preset cartpole on ",
                      self.succeed("tune", "--game", "cartpole", "--seconds", 1))

    def test_bad_input(self):
        self.refuse("tune", "--preset", "natur", saying=["natur", "nature"])
        self.refuse("tune", "--seconds", 0, saying=["--seconds", "[1, 86400]"])
        self.assertEqual(self.refuse("tune", "--game", "no_game", saying="no_game").stdout, "")


if __name__ == "__main__":
    unittest.main()
