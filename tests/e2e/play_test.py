"""play shows an agent's games in a window and does what the keys ask."""

import json
import os
import signal
import subprocess
import unittest
from unittest import mock

import display
import program
from display import Display
from program import ProgramTest


class Play(ProgramTest):
    def setUp(self):
        super().setUp()
        # Memory that the display's libraries never free is not our leak.
        self.enterContext(mock.patch.dict(os.environ, {
            "ASAN_OPTIONS": os.environ["ASAN_OPTIONS"] + ":detect_leaks=0"}))
        self.run_folder = self.folder / "run"
        self.succeed("train", "--preset", "catch", "--steps", 50, "--out", self.run_folder)

    def play(self, *options):
        """Starts `play` on a display and waits until it shows something; returns both."""
        shown = Display(self, 1400, 900)
        blank = shown.screen()
        process = subprocess.Popen(
            [program.ARCADEQ, "play", self.run_folder, *map(str, options)], text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, **shown.environment})
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.wait_until(lambda: shown.screen() != blank, process)
        return process, shown

    def ends(self, process, code=0):
        """Waits for the end; returns what was printed on stdout and stderr."""
        text, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, code, f"{text}\n{errors}")
        return text, errors

    def test_plays_the_games_that_evaluate_plays(self):
        options = ["--seed", 7, "--epsilon", 0.5]
        scores = json.loads(self.succeed("evaluate", self.run_folder, "--json", "--episodes", 3, *options))["scores"]
        process, shown = self.play("--number", 2, "--games", 2, *options)
        shown.press("plus", "plus", "plus", "plus")
        text, errors = self.ends(process)
        for number in 2, 3:
            self.assertIn(f"game {number} of seed 7: {scores[number - 1]:g} points in 9 steps\n", text)
        self.assertEqual(errors, "")

    def test_pause_and_single_steps(self):
        process, shown = self.play()
        shown.press("space")
        self.wait_until(shown.is_still, process)
        for _ in range(3):
            before = shown.screen()
            shown.press("period")
            self.wait_until(lambda: shown.screen() != before, process)
        self.wait_until(shown.is_still, process)
        shown.press("q")
        self.assertIn("not finished", self.ends(process)[0])

    def test_overlay_help_and_a_new_game(self):
        process, shown = self.play()
        shown.press("space")
        self.wait_until(shown.is_still, process)
        plain = shown.screen()
        for key in "o", "h":
            before = shown.screen()
            shown.press(key)
            self.wait_until(lambda: shown.screen() != before, process)
        shown.press("h", "o")
        self.wait_until(lambda: shown.screen() == plain, process)
        shown.press("r", "Escape")
        text, _ = self.ends(process)
        self.assertIn("game 1 of seed 1", text)
        self.assertIn("not finished", text)

    def test_a_person_plays(self):
        process, shown = self.play("--human", "--overlay", "--games", 1)
        shown.press("Left", "Right", "space")
        text, _ = self.ends(process)
        self.assertRegex(text, r"game 1 of seed 1: -?1 points in 9 steps; the agent: -?1 points in 9 steps\n")

    def test_interrupt(self):
        process, _ = self.play()
        process.send_signal(signal.SIGINT)
        self.ends(process, 130)

    def test_without_a_display(self):
        for environment, saying in [({}, "neither DISPLAY nor WAYLAND_DISPLAY is set"),
                                    ({"DISPLAY": ":12345"}, "DISPLAY=:12345 does not respond")]:
            self.refuse("play", self.run_folder, env={**Display.NONE, **environment},
                        saying=["no display: ", saying, "`arcadeq record` films a game without a display"])

    def test_a_display_that_ends(self):
        process, shown = self.play()
        shown.process.kill()
        _, errors = self.ends(process, 2)
        self.assertEqual(errors, "arcadeq: the window was lost: the connection to the display broke\n")

    def test_bad_input(self):
        self.refuse("play", self.folder / "none", saying="none")
        for option, value in [("--games", 0), ("--number", 0), ("--epsilon", 2), ("--seed", "x")]:
            self.refuse("play", self.run_folder, option, value, saying=[option, str(value)])


if __name__ == "__main__":
    display.require("Xvfb", "xdotool")
    unittest.main()
