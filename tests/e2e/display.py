"""A display for tests: Xvfb, which keeps its screen in a file, and keys that a person could press."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time


def require(*programs):
    """Ends the tests as skipped if a program is missing."""
    for program in programs:
        if shutil.which(program) is None:
            print(f"skipped: {program} is not installed")
            sys.exit(77)


class Display:
    """`test` is a ProgramTest, which ends the display with itself."""

    NONE = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "SDL_VIDEODRIVER": ""}

    def __init__(self, test, width=800, height=700):
        ready, name = os.pipe()
        folder = test.make_folder()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(name), "-screen", "0", f"{width}x{height}x24", "-fbdir", folder,
             "-nolisten", "tcp", "-noreset"],
            pass_fds=[name], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        test.addCleanup(self.process.wait)
        test.addCleanup(self.process.send_signal, signal.SIGCONT)
        test.addCleanup(self.process.kill)
        os.close(name)
        with open(ready) as file:
            number = file.readline().strip()
        test.assertTrue(number, "Xvfb did not start")
        self.name = ":" + number
        self.environment = {**self.NONE, "DISPLAY": self.name}
        self._screen = pathlib.Path(folder) / "Xvfb_screen0"

    def screen(self):
        """What the screen shows: the bytes of Xvfb's file, an X window dump."""
        return self._screen.read_bytes()

    def is_still(self):
        """Whether the screen does not change for half a second."""
        before = self.screen()
        return not any(time.sleep(0.05) or self.screen() != before for _ in range(10))

    def press(self, *keys):
        """Presses keys one after the other, by X's names; the window under the pointer gets them."""
        for key in keys:
            subprocess.run(["xdotool", "key", key], check=True, env={**os.environ, **self.environment})
