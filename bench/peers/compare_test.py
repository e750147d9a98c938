"""The comparison's arithmetic and its handling of programs that fail.

usage: compare_test.py
"""

import pathlib
import sys
import tempfile
import unittest
from unittest import mock

import compare
import ours
import plan
import processes
import tables
from plan import Group, Subject
from processes import Unmeasured


def group(unit, **values):
    subjects = {name: {"values": each, "failure": None if each else "no wheel"} for name, each in values.items()}
    return {"what": "a comparison", "unit": unit, "subjects": subjects}


def python(code):
    return processes.run([sys.executable, "-c", code])


class TablesTest(unittest.TestCase):
    def goal(self, goal, floor, unit="x", theirs="peer"):
        return tables.Goal("a goal", "g", theirs, goal, floor, unit, ours="ours")

    def test_ratios_are_in_our_favour(self):
        rates = {"g": group("steps/s", ours=[30, 10, 20], peer=[4])}
        times = {"g": group("ms", ours=[2], peer=[9, 7, 8])}
        self.assertEqual(self.goal(20, 11).measured(rates), 5)
        self.assertEqual(self.goal(20, 11).measured(times), 4)
        self.assertEqual(self.goal(95, 88, "%").measured(times), 400)
        self.assertEqual(self.goal(1, 2, "ms", theirs=None).measured(times), 2)
        self.assertIsNone(self.goal(20, 11).measured({"g": group("ms", ours=[2], peer=[])}))
        self.assertIsNone(self.goal(20, 11).measured({}))

    def test_verdicts(self):
        more, less = self.goal(20, 11), self.goal(900, 1200, "bytes")
        cases = {more: ((20, "goal"), (11, "floor"), (10.9, "below the floor"), (None, "not measured"))}
        cases[less] = ((900, "goal"), (1200, "floor"), (1201, "below the floor"))
        for goal, values in cases.items():
            for value, verdict in values:
                self.assertEqual(goal.verdict(value), verdict, value)

    def test_every_goal_names_subjects_that_are_run(self):
        subjects = {each.key: {subject.name for subject in each.subjects} for each in plan.groups(2, quick=False)}
        for goal in tables.ALL_GOALS:
            self.assertLessEqual({goal.ours, goal.theirs} - {None}, subjects[goal.group], goal.what)

    def test_a_failure_is_a_row(self):
        table = tables.subjects_table({"g": group("ms", ours=[2.0, 3.0, 2.5], peer=[])})
        self.assertIn("| a comparison | ours | 2.5 ms | 2 - 3 |", table)
        self.assertIn("|  | peer | - | no wheel |", table)


class ProcessesTest(unittest.TestCase):
    def test_output_and_peak_memory_of_that_process(self):
        large = python("b = bytearray(200_000_000); b[::4096] = bytes(len(b[::4096])); print('done')")
        small = python("print('done')")
        self.assertEqual(large.output, "done\n")
        self.assertGreater(large.peak_bytes - small.peak_bytes, 150_000_000)

    def test_surroundings(self):
        with mock.patch.dict("os.environ", {"OPENBLAS_CORETYPE": "Haswell", "OMP_NUM_THREADS": "1", "KEPT": "yes"}):
            said = python("import os; print(*(os.environ.get(n) for n in ('OPENBLAS_CORETYPE','OMP_NUM_THREADS','KEPT')))")
        self.assertEqual(said.output, "None None yes\n")

    def test_says_why_a_program_failed(self):
        with self.assertRaisesRegex(Unmeasured, "ended with 1: ValueError: too few"):
            python("raise ValueError('too few')")
        with self.assertRaisesRegex(Unmeasured, "ended with -9: said nothing"):
            python("import os; os.kill(os.getpid(), 9)")

    def test_stops_a_program_that_takes_too_long(self):
        with mock.patch.object(processes, "TIME_LIMIT_SECONDS", 0.2):
            with self.assertRaisesRegex(Unmeasured, "ended with -9"):
                python("import time; time.sleep(60)")


class CompareTest(unittest.TestCase):
    def test_takes_turns_and_leaves_out_what_failed(self):
        turns = []

        def subject(name, fails=False):
            def measure():
                turns.append(name)
                if fails:
                    raise Unmeasured("no wheel")
                return len(turns)

            return Subject(name, measure)

        with mock.patch.object(compare, "say"):
            result = compare.measure(Group("g", "", "ms", (subject("a"), subject("b", fails=True), subject("c"))), 2)
        self.assertEqual(turns, ["a", "b", "c", "a", "c"])
        self.assertEqual(result["subjects"]["c"], {"values": [3, 5], "failure": None})
        self.assertEqual(result["subjects"]["b"], {"values": [], "failure": "no wheel"})

    def test_writes_between_the_markers_only(self):
        with tempfile.TemporaryDirectory() as folder:
            document = pathlib.Path(folder) / "benchmarks.md"
            document.write_text(f"before\n{compare.BEGIN}\nold\n{compare.END}\nafter\n")
            with mock.patch.object(compare, "DOCUMENT", document):
                compare.replace_between_markers("new\n")
                self.assertEqual(document.read_text(), f"before\n{compare.BEGIN}\nnew\n{compare.END}\nafter\n")
                document.write_text("no markers")
                with self.assertRaises(SystemExit):
                    compare.replace_between_markers("new\n")


class OursTest(unittest.TestCase):
    def test_training_speed_is_that_between_episodes_while_learning(self):
        def train(out, *_, **__):
            out.mkdir()
            rows = ((900, 1.0), (1500, 11.0), (2100, 30.0), (2500, 31.0))
            (out / "episodes.csv").write_text("step,wall_seconds\n" + "".join(f"{s},{w}\n" for s, w in rows))

        with mock.patch.object(ours, "train", train):
            self.assertEqual(ours.training("tutorial", 2, steps=1500, fill=1000), 50)
            with self.assertRaisesRegex(Unmeasured, "fewer than two episodes"):
                ours.training("tutorial", 2, steps=1500, fill=2200)


if __name__ == "__main__":
    unittest.main()
