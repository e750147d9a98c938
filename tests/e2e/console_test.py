"""What `train` shows on terminals of different kinds and sizes, and in a pipe."""

import os
import pathlib
import re
import signal
import unittest

import program
from program import LASTING_PQN, ProgramTest, arcadeq, episodes, settings
from terminal import Terminal

NAMES = ["speed", "time", "score", "learning", "memory", "dead"]
# Some 300 episodes of Catch, with updates.
CATCH = ["train", "--preset", "catch", "--out", "run",
         *settings("train.learning_starts=500", "network.hidden=16", "train.batch_size=8",
                   "record.diagnostics_every_steps=500")]
# Without an end, and with enough to do that the terminal is not flooded.
LASTING = ["train", "--preset", "cartpole", "--out", "run", *LASTING_PQN, "--steps", 100_000_000,
           *settings("record.progress_every_steps=100", "record.gif_every_episodes=0")]


def dashboards(lines):
    """The numbers of the lines at which a dashboard begins."""
    return [i for i, line in enumerate(lines) if re.fullmatch(r"[─-] \w+ [─-]+ .* (steps|episodes) [─-]", line)]


class Console(ProgramTest):
    def start(self, command, columns, rows, **env):
        terminal = Terminal([program.ARCADEQ, *command], columns, rows, env=env, cwd=self.folder)
        self.addCleanup(terminal.close)
        return terminal

    def wait_for(self, terminal, condition):
        self.assertTrue(terminal.wait_until(condition), terminal.screen.text())

    def stop(self, terminal):
        os.kill(terminal.pid, signal.SIGINT)
        self.assertEqual(terminal.wait(), 130, terminal.screen.text())

    def assert_one_dashboard(self, lines):
        """Returns the number of its first line."""
        self.assertEqual(len(dashboards(lines)), 1, "\n".join(lines))
        (top,) = dashboards(lines)
        names = [line.split(" ")[0] for line in lines[top:]]
        self.assertEqual([name for name in names if name in NAMES], NAMES, "\n".join(lines))
        return top

    def test_a_dashboard_stays_on_the_screen(self):
        terminal = self.start([*CATCH, "--steps", 3000], 100, 30)
        self.assertEqual(terminal.wait(), 0, terminal.screen.text())
        lines = terminal.screen.lines()
        top = self.assert_one_dashboard(lines)
        self.assertRegex(lines[top], r"^─ catch ─+ 3,000 of 3,000 steps ─$")
        self.assertRegex(lines[top + 1], r"^█+  100 %  0:\d\d:\d\d, 0:00:00 left$")
        text = "\n".join(lines)
        self.assertRegex(text, r"(?m)^speed +[\d,]+ steps/s   [\d,]+ frames/s$")
        self.assertRegex(text, r"(?m)^time .*learning \d+ %")
        self.assertRegex(text, r"(?m)^score    -?\d\.\d\d mean of the last 100   episodes 33\d$")
        self.assertRegex(text, r"(?m)^learning epsilon 0\.\d+   loss 0\.\d+   mean Q -?\d")
        self.assertRegex(text, r"(?m)^memory   [\d.]+ MB   replay [\d,]+ of 20,000 frames \(\d+ %\)$")
        self.assertRegex(text, r"(?m)^dead     conv1 \d+ %   conv2 \d+ %")
        self.assertRegex(text, r"[\u2801-\u28ff]{10}", "no curve")
        self.assertRegex(text, r"(?m) random -0\.\d\d$")
        # What comes last is below, with the cursor in a line of its own.
        ended = next(i for i, line in enumerate(lines) if line.startswith("Run ended: 3000 steps done."))
        self.assertTrue(lines[ended - 1].startswith("dead "), text)
        self.assertEqual((terminal.screen.x, terminal.screen.y), (0, ended + 1))
        self.assertEqual(lines[ended + 1:], [""] * (30 - ended - 1))
        self.assertTrue(terminal.screen.styled)
        # Each episode is in one line above, alone or with others.
        numbers = []
        for line in terminal.screen.text().splitlines():
            if match := re.match(r"(?:Pre-training\.\.\.)?Episodes?: (\d+)(?: to (\d+))?", line):
                numbers += range(int(match[1]), int(match[2] or match[1]) + 1)
        self.assertEqual(numbers, [int(row["episode"]) for row in episodes(self.folder / "run")])

    def test_one_line_on_a_small_terminal(self):
        terminal = self.start(LASTING, 80, 8)
        self.wait_for(terminal, lambda screen: re.match(r"[\d,]+ frames, \d+ steps/s, ", screen.lines()[screen.y]))
        self.assertEqual(dashboards(terminal.screen.lines()), [])
        self.stop(terminal)
        lines = [line for line in terminal.screen.lines() if line]
        self.assertRegex(lines[-1], r"^Run ended: interrupted\.")
        self.assertNotIn("steps/s", terminal.screen.text())

    def test_plain_lines_in_a_pipe(self):
        done = arcadeq(*CATCH, "--steps", 3000, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("\x1b", done.stdout)
        self.assertNotIn("\r", done.stdout)
        numbers = [int(number) for number in re.findall(r"(?m)^(?:Pre-training\.\.\.)?Episode: (\d+)", done.stdout)]
        self.assertEqual(numbers, [int(row["episode"]) for row in episodes(self.folder / "run")])

    def test_plain_lines_on_a_dumb_terminal(self):
        terminal = self.start([*CATCH, "--steps", 1000], 100, 30, TERM="dumb")
        self.assertEqual(terminal.wait(), 0)
        self.assertEqual(dashboards(terminal.screen.text().splitlines()), [])
        self.assertEqual(len(re.findall("Episode: ", terminal.screen.text())), len(episodes(self.folder / "run")))

    def test_no_colours_if_so_wished(self):
        terminal = self.start([*CATCH, "--steps", 1000], 100, 30, NO_COLOR="1")
        self.assertEqual(terminal.wait(), 0)
        self.assert_one_dashboard(terminal.screen.lines())
        self.assertFalse(terminal.screen.styled)

    def test_ascii_where_the_locale_is_not_utf8(self):
        terminal = self.start([*CATCH, "--steps", 1000], 100, 30, LC_ALL="C")
        self.assertEqual(terminal.wait(), 0)
        self.assert_one_dashboard(terminal.screen.lines())
        self.assertTrue(terminal.screen.text().isascii(), terminal.screen.text())

    def test_a_terminal_that_changes_its_size(self):
        terminal = self.start(LASTING, 100, 30)

        def shows_dashboard(columns):
            def condition(screen):
                tops = dashboards(screen.lines())
                return len(tops) == 1 and len(screen.lines()[tops[0]]) == columns - 1 and screen.x == 0
            return condition

        self.wait_for(terminal, shows_dashboard(100))
        for columns, rows in [(70, 24), (120, 40), (61, 14), (100, 30)]:
            terminal.resize(columns, rows)
            self.wait_for(terminal, shows_dashboard(columns))
            self.assert_one_dashboard(terminal.screen.lines())
        terminal.resize(50, 30)
        self.wait_for(terminal, lambda screen: "frames, " in screen.lines()[screen.y])
        terminal.resize(100, 30)
        self.wait_for(terminal, shows_dashboard(100))
        self.stop(terminal)
        self.assert_one_dashboard(terminal.screen.lines())
        self.assertNotRegex("\n".join(terminal.screen.lines()), r"(?m)^[\d,]+ frames, ", "the single line is left")

    def test_a_run_that_is_stopped_and_continued(self):
        """By a shell with job control, as a user does it."""
        terminal = Terminal(["sh", "-i"], 100, 60, env={"PS1": "$ ", "ARCADEQ": program.ARCADEQ}, cwd=self.folder)
        self.addCleanup(terminal.close)
        terminal.type('"$ARCADEQ" ' + " ".join(map(str, LASTING)) + "\n")

        def shown(screen):
            return dashboards(screen.text().splitlines())

        def shows(count):
            """A condition: `count` dashboards have been drawn, and the last one is complete."""
            def condition(screen):
                lines = screen.text().splitlines()
                tops = dashboards(lines)
                return len(tops) == count and any(line.startswith("dead ") for line in lines[tops[-1]:])
            return condition

        def stop():
            """Returns what the user sees of the last dashboard and below it."""
            terminal.type("\x1a")
            self.wait_for(terminal, lambda screen: screen.lines()[screen.y] == "$")
            lines = terminal.screen.lines()
            seen = lines[dashboards(lines)[-1]:terminal.screen.y]
            self.assert_one_dashboard(seen)
            self.assertTrue(any("Stopped" in line for line in seen), terminal.screen.text())
            return "\n".join(seen)

        self.wait_for(terminal, shows(1))
        seen = stop()
        terminal.type("fg\n")
        self.wait_for(terminal, shows(2))
        self.assertIn(seen, terminal.screen.text(), "it was overwritten")

        # In the background, it must not draw over what the user types.
        seen = stop()
        terminal.type("bg\n")
        self.wait_for(terminal, lambda screen: re.search(r"\nEpisodes?: ", screen.text().rpartition(seen)[2]))
        self.assertEqual(len(shown(terminal.screen)), 2)
        terminal.type("fg\n")
        self.wait_for(terminal, shows(3))
        self.assertIn(seen, terminal.screen.text(), "it was overwritten")

        terminal.type("\x03")
        self.wait_for(terminal, lambda screen: "Run ended: interrupted." in screen.text()
                      and screen.lines()[screen.y] == "$")
        lines = terminal.screen.lines()
        self.assertEqual(lines[terminal.screen.y + 1:], [""] * (60 - terminal.screen.y - 1))

    def test_words_that_are_typed(self):
        terminal = self.start(LASTING, 100, 30)
        self.wait_for(terminal, lambda screen: dashboards(screen.lines()))
        for word, answer in [("pause", "Paused at step"), ("nonsense", "type one of: pause, resume"),
                             ("save", "checkpoint written to"), (" resume ", "Resumed at step"),
                             ("record", "will be filmed")]:
            terminal.type(word + "\n")
            self.wait_for(terminal, lambda screen: answer in screen.text())
        for _ in range(20):  # some redraws
            terminal.read(0.1)
        self.assert_one_dashboard(terminal.screen.text().splitlines())
        self.stop(terminal)

    def test_a_run_in_the_background_reads_nothing(self):
        """As a shell starts it: in a process group that is not the terminal's."""
        command = ["bash", "-c", "set -m; trap '' SIGTTOU; \"$@\" >log 2>&1 & echo $! >pid; sleep 1000", "bash",
                   program.ARCADEQ, *LASTING]
        terminal = Terminal(command, 100, 30, cwd=self.folder)
        self.addCleanup(terminal.close)
        log = self.folder / "log"
        self.wait_until(lambda: log.exists() and log.read_text().count("Episode:") > 3)
        process = int((self.folder / "pid").read_text())
        self.addCleanup(os.kill, process, signal.SIGKILL)
        terminal.type("pause\n")
        before = log.read_text().count("\n")
        self.wait_until(lambda: log.read_text().count("\n") > before + 20)
        state = (pathlib.Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0]
        self.assertNotEqual(state, "T")
        self.assertNotIn("Paused", log.read_text())

    def test_a_terminal_that_nobody_reads(self):
        terminal = self.start(["train", "--preset", "catch", "--out", "run", "--steps", 100_000_000,
                               *settings("train.learning_starts=100000000", "record.gif_every_episodes=0")], 100, 30)
        rows = self.folder / "run" / "episodes.csv"
        self.wait_until(lambda: rows.exists() and rows.read_bytes().count(b"\n") > 5000)
        os.kill(terminal.pid, signal.SIGTERM)
        self.wait_until(lambda: self.ended(terminal))
        self.assertEqual(terminal.code, 143)

    @staticmethod
    def ended(terminal):
        """Without reading from it, as Terminal.wait() would."""
        pid, status = os.waitpid(terminal.pid, os.WNOHANG)
        if pid != 0:
            terminal.code = os.waitstatus_to_exitcode(status)
        return pid != 0


if __name__ == "__main__":
    unittest.main()
