"""A terminal for the programs under test: a pseudo-terminal, and a screen that shows what they write."""

import codecs
import dataclasses
import fcntl
import os
import re
import select
import signal
import struct
import termios
import time

SEQUENCE = re.compile(r"\x1b\[(\d*(?:;\d+)*)([A-Za-z])")


@dataclasses.dataclass
class Cell:
    text: str = " "
    style: str = ""  # the parameters of the last "select graphic rendition"; empty: plain


class Screen:
    """Knows the control characters and sequences that arcadeq uses, and fails on any other."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.history = []  # the lines that have scrolled off the top
        self.cells = [self._blank() for _ in range(rows)]
        self.x = self.y = 0
        self.style = ""
        self.styled = False  # whether any style was ever chosen
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._rest = ""

    def _blank(self):
        return [Cell() for _ in range(self.columns)]

    def lines(self):
        """The lines of text on the screen, without trailing spaces."""
        return ["".join(cell.text for cell in line).rstrip() for line in self.cells]

    def text(self):
        """Everything, with what has scrolled off the top."""
        return "\n".join(["".join(cell.text for cell in line).rstrip() for line in self.history] + self.lines())

    def resize(self, columns, rows):
        """As xterm does: cuts lines off, and keeps the cursor's line on the screen."""
        self.columns = columns
        for line in self.cells:
            line[columns:] = [Cell() for _ in range(columns - len(line))]
        while len(self.cells) > rows:
            if self.y < len(self.cells) - 1:
                self.cells.pop()
            else:
                self.history.append(self.cells.pop(0))
                self.y -= 1
        self.cells += [self._blank() for _ in range(rows - len(self.cells))]
        self.rows = rows
        self.x = min(self.x, columns - 1)

    def feed(self, data):
        text = self._rest + self._decoder.decode(data)
        self._rest = ""
        i = 0
        while i < len(text):
            if text[i] != "\x1b":
                self._put(text[i])
                i += 1
            elif match := SEQUENCE.match(text, i):
                self._obey(*match.groups())
                i = match.end()
            elif re.fullmatch(r"\x1b(\[[\d;]*)?", text[i:]):  # the rest is still to come
                self._rest = text[i:]
                break
            else:
                raise ValueError(f"unknown sequence {text[i:i + 10]!r}")

    def _put(self, character):
        if character == "\r":
            self.x = 0
        elif character == "\n":
            self.y += 1
        elif character == "\b":
            self.x = max(self.x - 1, 0)
        elif character == "\a":
            pass
        elif character < " ":
            raise ValueError(f"unknown control character {character!r}")
        else:
            if self.x == self.columns:
                self.x = 0
                self.y += 1
                self._scroll()
            self.cells[self.y][self.x] = Cell(character, self.style)
            self.x += 1
        self._scroll()

    def _scroll(self):
        while self.y >= self.rows:
            self.history.append(self.cells.pop(0))
            self.cells.append(self._blank())
            self.y -= 1

    def _obey(self, parameters, command):
        if command == "A":
            self.y = max(self.y - int(parameters or 1), 0)
        elif command == "K" and parameters == "":
            self._erase(self.y, min(self.x, self.columns - 1))
        elif command == "J" and parameters == "":
            self._erase(self.y, min(self.x, self.columns - 1))
            for y in range(self.y + 1, self.rows):
                self._erase(y, 0)
        elif command == "m":
            self.style = "" if parameters in ("", "0") else parameters
            self.styled = True
        else:
            raise ValueError(f"unknown sequence ESC [ {parameters} {command}")

    def _erase(self, y, x):
        self.cells[y][x:] = [Cell() for _ in range(self.columns - x)]


class Terminal:
    """Runs a command on a pseudo-terminal that controls it, and keeps its screen.

    The size (0, 0) is unknown to the command.
    """

    def __init__(self, command, columns, rows, env=None, cwd=None):
        environment = {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8", **(env or {})}
        self.screen = Screen(columns or 80, rows or 24)
        self.descriptor, terminal = os.openpty()
        self._set_size(columns, rows)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
                for number in (0, 1, 2):
                    os.dup2(terminal, number)
                os.closerange(3, 256)
                if cwd is not None:
                    os.chdir(cwd)
                os.execvpe(command[0], [str(argument) for argument in command], environment)
            finally:
                os._exit(127)
        os.close(terminal)
        self.code = None

    def _set_size(self, columns, rows):
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns, rows):
        self.screen.resize(columns, rows)
        self._set_size(columns, rows)

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def read(self, seconds):
        """Shows what comes within this time; returns False at the end."""
        if select.select([self.descriptor], [], [], seconds)[0]:
            try:
                data = os.read(self.descriptor, 1 << 16)
            except OSError:  # the last process that had the terminal open has closed it
                return False
            self.screen.feed(data)
        return True

    def wait_until(self, condition, seconds=300):
        """Shows what comes until condition(screen) holds; returns whether that happened."""
        end = time.monotonic() + seconds
        while not condition(self.screen):
            if time.monotonic() > end or not self.read(0.1):
                return condition(self.screen)
        return True

    def wait(self, seconds=300):
        """Shows everything until the command ends; returns its exit code."""
        end = time.monotonic() + seconds
        while self.read(0.1) and time.monotonic() < end:
            pass
        if self.code is None:
            self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.code

    def close(self):
        if self.code is None:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            os.waitpid(self.pid, 0)
        os.close(self.descriptor)
