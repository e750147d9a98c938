"""--render: a missing, hanging or lost display never stops, delays or loses a run."""

import os
import pathlib
import signal
import subprocess
import unittest
from unittest import mock

import display
import program
from display import Display
from program import ProgramTest, checkpoints


def window_processes(parent):
    """The ids of the window processes of the run `parent`."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            state = (path / "stat").read_text().rpartition(")")[2].split()
            name = (path / "cmdline").read_bytes().split(b"\0")[0]
        except OSError:  # it has just ended
            continue
        if int(state[1]) == parent and name == b"arcadeq-window":
            found.append(int(path.name))
    return found


def gone(process):
    """Whether the process has ended; it may still be waiting for init to reap it."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


class Render(ProgramTest):
    def setUp(self):
        super().setUp()
        # Memory that the display's libraries never free is not our leak.
        self.enterContext(mock.patch.dict(os.environ, {
            "ASAN_OPTIONS": os.environ["ASAN_OPTIONS"] + ":detect_leaks=0"}))
        self.run_folder = self.folder / "run"
        self.log = self.folder / "log"

    def start_run(self, environment, *options):
        with open(self.log, "w") as log:
            run = subprocess.Popen(
                [program.ARCADEQ, "train", "--preset", "catch", "--steps", "100000000", "--out",
                 self.run_folder, "--render", *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, **Display.NONE, **environment})
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        return run

    def start_shown(self, *options):
        """Starts a run whose window is on a display; returns both."""
        shown = Display(self)
        blank = shown.screen()
        run = self.start_run(shown.environment, *options)
        self.wait_until(lambda: shown.screen() != blank, run)
        return run, shown

    def warnings(self):
        return [line for line in self.log.read_text().splitlines() if line.startswith("Warning: ")]

    def assert_goes_on(self, run):
        def rows():
            return (self.run_folder / "episodes.csv").read_text().count("\n")
        before = rows()
        self.wait_until(lambda: rows() > before + 10, run)

    def assert_stops(self, run, stop_signal=signal.SIGTERM):
        """The run ends with everything saved and no process left."""
        windows = window_processes(run.pid)
        run.send_signal(stop_signal)
        run.wait(timeout=120)
        self.assertEqual(run.returncode, 128 + stop_signal, self.log.read_text())
        self.assertIn("Run ended: interrupted", self.log.read_text())
        self.assertEqual(len(list((self.run_folder / "weights").glob("*.tmp"))), 0)
        newest = checkpoints(self.run_folder)[-1]
        self.assertIn(f"checkpoint written to {newest}", self.log.read_text())
        for window in windows:
            self.assertTrue(gone(window))

    def test_a_window_shows_the_game(self):
        run, shown = self.start_shown()
        before = shown.screen()
        self.wait_until(lambda: shown.screen() != before, run)
        self.assert_stops(run)
        self.assertEqual(self.warnings(), [])

    def test_keys_stop_and_continue_the_drawing(self):
        run, shown = self.start_shown()
        shown.press("space")
        self.wait_until(shown.is_still, run)
        before = shown.screen()
        self.assert_goes_on(run)
        self.assertEqual(shown.screen(), before)
        shown.press("space")
        self.wait_until(lambda: shown.screen() != before, run)
        self.assert_stops(run)
        self.assertEqual(self.warnings(), [])

    def test_the_overlay(self):
        """The run is the same with and without it, and o hides it."""
        run, shown = self.start_shown("--overlay")
        def size():
            return subprocess.run(["xdotool", "search", "--name", "arcadeq: catch", "getwindowgeometry"],
                                  capture_output=True, text=True, env={**os.environ, **shown.environment}).stdout
        with_overlay = size()
        shown.press("o")
        self.wait_until(lambda: size() != with_overlay, run)
        shown.press("o")
        self.wait_until(lambda: size() == with_overlay, run)
        self.assert_stops(run)
        self.assertEqual(self.warnings(), [])

    def test_interrupt_of_the_whole_process_group(self):
        """As the terminal does for Ctrl-C."""
        run, _ = self.start_shown()
        os.killpg(run.pid, signal.SIGINT)
        run.wait(timeout=120)
        self.assertEqual(run.returncode, 130, self.log.read_text())
        self.assertEqual(self.warnings(), [])

    def test_a_display_that_ends(self):
        run, shown = self.start_shown()
        shown.process.kill()
        self.wait_until(self.warnings, run)
        self.assert_goes_on(run)
        self.assertEqual(window_processes(run.pid), [])
        self.assert_stops(run)
        self.assertEqual(self.warnings(), ["Warning: the window was lost: the connection to the display broke; "
                                           "the run continues without this output"])

    def test_a_display_that_hangs(self):
        run, shown = self.start_shown()
        shown.process.send_signal(signal.SIGSTOP)
        self.assert_goes_on(run)
        self.assert_stops(run)

    def test_a_display_that_hangs_and_a_killed_run(self):
        run, shown = self.start_shown()
        (window,) = window_processes(run.pid)
        shown.process.send_signal(signal.SIGSTOP)
        self.assert_goes_on(run)
        run.kill()
        self.wait_until(lambda: gone(window))

    def test_a_display_that_hangs_from_the_beginning(self):
        shown = Display(self)
        shown.process.send_signal(signal.SIGSTOP)
        run = self.start_run(shown.environment)
        self.wait_until(self.warnings, run)
        self.assert_goes_on(run)
        self.assert_stops(run)
        self.assertEqual(self.warnings(), ["Warning: no display: it does not respond; "
                                           "the run continues without this output"])

    def test_a_killed_window_process(self):
        run, _ = self.start_shown()
        (window,) = window_processes(run.pid)
        os.kill(window, signal.SIGKILL)
        self.wait_until(self.warnings, run)
        self.assertFalse(pathlib.Path(f"/proc/{window}").exists(), "nobody waited for it")
        self.assert_goes_on(run)
        self.assert_stops(run)
        self.assertEqual(len(self.warnings()), 1)
        self.assertIn("signal 9", self.warnings()[0])

    def test_a_hanging_window_process(self):
        run, _ = self.start_shown()
        (window,) = window_processes(run.pid)
        os.kill(window, signal.SIGSTOP)
        self.assert_goes_on(run)
        self.assert_stops(run)

    def test_the_window_of_a_killed_run(self):
        run, _ = self.start_shown()
        (window,) = window_processes(run.pid)
        self.assertNotIn(str(self.run_folder / "lock"),
                         [os.readlink(path) for path in pathlib.Path(f"/proc/{window}/fd").iterdir()])
        run.kill()
        self.wait_until(lambda: gone(window))

    def test_no_display_of_that_name(self):
        run = self.start_run({"DISPLAY": ":12345"})
        self.wait_until(self.warnings, run)
        self.assert_goes_on(run)
        self.assert_stops(run)
        (warning,) = self.warnings()
        self.assertIn("no display: DISPLAY=:12345 does not respond", warning)

    def test_no_display_at_all(self):
        run = self.start_run({})
        self.wait_until(self.warnings, run)
        self.assert_goes_on(run)
        self.assert_stops(run)
        (warning,) = self.warnings()
        self.assertIn("no display: neither DISPLAY nor WAYLAND_DISPLAY is set", warning)

    def test_an_explicitly_requested_driver_without_a_screen(self):
        run = self.start_run({"SDL_VIDEODRIVER": "dummy"})
        self.wait_until(lambda: window_processes(run.pid) and self.log.read_text().count("\n") > 3, run)
        self.assert_goes_on(run)
        self.assert_stops(run)
        self.assertEqual(self.warnings(), [])


if __name__ == "__main__":
    display.require("Xvfb", "xdotool")
    unittest.main()
