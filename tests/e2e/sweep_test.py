"""`arcadeq sweep`: its runs, table and plot, however often it is killed, stopped and continued."""

import contextlib
import csv
import fcntl
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import time
import unittest
import xml.etree.ElementTree

from program import ARCADEQ, ProgramTest, arcadeq, checkpoints, contents, start

RUNS = ["base-seed1", "low-seed1", "base-seed2", "low-seed2"]
COLUMNS = ["variant", "seed", "steps", "frames", "minutes", "last_100_mean", "evaluation_mean",
           "evaluation_sd", "games"]


class SweepTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "out"

    def write(self, out=None, low="agent.gamma = 0.5", name="plan.toml", steps=600, jobs=2, more=""):
        file = self.folder / name
        file.write_text(f"""preset = "catch"
out = "{out or self.out}"
seeds = [1, 2]
jobs = {jobs}
{more}
[settings]
train.steps = {steps}
train.learning_starts = 100
train.batch_size = 8
replay.capacity = 500
checkpoint.every_steps = 100
[evaluation]
episodes = 5
[variants.base]
[variants.low]
{low}
""")
        return file

    def rows(self):
        with open(self.out / "results.csv", newline="") as file:
            return list(csv.DictReader(file))

    def results(self, out):
        """The results, except for what depends on the speed of the machine."""
        results = {}
        for file in (out / "results").iterdir():
            results[file.name] = json.loads(file.read_text())
            del results[file.name]["seconds"]
        return results

    def start_sweep(self, *arguments):
        """Starts a sweep that is killed, with all its runs, at the end of the test."""
        process = start("sweep", *arguments)
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        process.kill()
        process.communicate()
        self.wait_until_unused()

    def wait_until_unused(self):
        for run in self.out.glob("*-seed*/lock"):
            with contextlib.suppress(FileNotFoundError), open(run) as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)

    @staticmethod
    def children(process):
        """The process ids of the runs."""
        try:
            path = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
            return [int(number) for number in path.read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            return []


class Uninterrupted(SweepTest):
    def test_trains_evaluates_and_reports(self):
        output = self.succeed("sweep", self.write())
        for run in RUNS:
            self.assertIn(f"{run}: started\n", output)
            self.assertRegex(output, rf"{run}: 600 steps in .*, mean score of 5 games .* \(\d of 4\)\n")
            self.assertTrue(self.hashes(self.out / run).startswith("step 600 "))
            self.assertIn("Run ended: 600 steps done", (self.out / f"logs/{run}.log").read_text())
        # Each run and evaluation is what `train` and `evaluate` produce.
        alone = self.folder / "alone"
        self.succeed("train", "--preset", "catch", "--seed", 2, "--out", alone, "--steps", 600,
                     "--set", "train.learning_starts=100", "--set", "train.batch_size=8",
                     "--set", "replay.capacity=500", "--set", "agent.gamma=0.5", "--threads", 1)
        self.assert_same_run(self.out / "low-seed2", alone)
        evaluation = self.evaluate(alone, "--episodes", 5)
        result = json.loads((self.out / "results/low-seed2.json").read_text())["evaluation"]
        self.assertEqual(result["scores"], evaluation["scores"])

        rows = self.rows()
        self.assertEqual(list(rows[0]), COLUMNS)
        self.assertEqual([f"{row['variant']}-seed{row['seed']}" for row in rows], RUNS)
        self.assertEqual({(row["steps"], row["games"]) for row in rows}, {("600", "5")})
        self.assertEqual(float(rows[3]["evaluation_mean"]), evaluation["mean"])
        self.assertEqual(float(rows[3]["evaluation_sd"]), evaluation["standard_deviation"])

        texts = [element.text for element in xml.etree.ElementTree.parse(self.out / "curves.svg").iter()
                 if element.tag.endswith("}text")]
        for text in ["base", "low", "minutes of training"]:
            self.assertIn(text, texts)

        table = output[output.index("variant"):].splitlines()
        self.assertEqual(table[1].split()[:2], ["base", "2/2"])
        # With nothing left to do, no run is touched.
        before = {run: self.hashes(self.out / run) for run in RUNS}
        lock = (self.out / "base-seed1/lock").read_text()
        again = self.succeed("sweep", self.write())
        self.assertIn("4 runs, 2 at once; 4 complete", again)
        self.assertNotIn("seed1:", again)
        self.assertEqual(before, {run: self.hashes(self.out / run) for run in RUNS})
        self.assertEqual((self.out / "base-seed1/lock").read_text(), lock)
        # --show prints the same table.
        shown = self.succeed("sweep", self.write(), "--show")
        self.assertEqual(shown.strip().splitlines(), again.strip().splitlines()[-len(shown.strip().splitlines()):])

    def test_evaluates_again_if_the_evaluation_changed(self):
        file = self.write(steps=200)
        self.succeed("sweep", file)
        file.write_text(file.read_text().replace("episodes = 5", "episodes = 7"))
        output = self.succeed("sweep", file)
        self.assertIn("base-seed1: trained; evaluation started", output)
        self.assertEqual({row["games"] for row in self.rows()}, {"7"})
        # Adding a seed keeps the existing runs.
        file.write_text(file.read_text().replace("[1, 2]", "[1, 2, 3]"))
        output = self.succeed("sweep", file)
        self.assertIn("6 runs, 2 at once; 4 complete", output)
        self.assertNotIn("seed1:", output)

    def test_evaluates_by_a_protocol(self):
        file = self.folder / "plan.toml"

        def sweep(protocol):
            file.write_text(f"""preset = "laptop"
out = "{self.out}"
seeds = [1]
[settings]
train.steps = 64
replay.capacity = 2000
network.hidden = 16
train.envs = 4
[evaluation]
protocol = "{protocol}"
episodes = 1
[variants.base]
""")
            return self.succeed("sweep", file)

        sweep("sticky")
        self.assertNotIn("evaluation started", sweep("sticky"))
        self.assertIn("base-seed1: trained; evaluation started", sweep("noop"))
        result = json.loads((self.out / "results/base-seed1.json").read_text())["evaluation"]
        self.assertEqual((result["protocol"], result["epsilon"]), ("noop", 0.05))
        alone = self.evaluate(self.out / "base-seed1", "--episodes", 1, "--protocol", "noop")
        self.assertEqual(result["scores"], alone["scores"])
        file.write_text(file.read_text().replace('"laptop"', '"catch"'))
        self.refuse("sweep", file, saying=["plan.toml:10: evaluation.protocol", "catch has only 'training'"])

    def test_pins_runs_to_processors(self):
        allowed = sorted(os.sched_getaffinity(0))
        for jobs, expected in [(1, 1), (len(allowed) + 1, len(allowed))]:
            with self.subTest(jobs=jobs):
                self.out = self.folder / f"out{jobs}"
                process = self.start_sweep(self.write(steps=10 ** 9, jobs=jobs))
                self.wait_until(lambda: checkpoints(self.out / "base-seed1"), process)
                for child in self.children(process):
                    self.assertEqual(len(os.sched_getaffinity(child)), expected)
                self.end(process)


class Killed(SweepTest):
    def test_at_any_moment_gives_the_same_runs(self):
        chance = random.Random(1)
        whole = self.folder / "whole"
        began = time.monotonic()
        self.succeed("sweep", self.write(out=whole, name="whole.toml"))
        seconds = time.monotonic() - began

        file = self.write()
        kills = 0
        for _ in range(12):
            process = self.start_sweep(file)
            time.sleep(chance.uniform(0, 0.5 * seconds))
            victims = [process.pid] if chance.random() < 0.7 else self.children(process)
            for victim in victims:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                    kills += 1
            if process.pid not in victims:
                process.communicate()  # the killed runs fail, the others continue
        self.assertGreater(kills, 0)
        self.succeed("sweep", file)
        for run in RUNS:
            self.assertEqual(self.hashes(self.out / run), self.hashes(whole / run))
            self.assert_same_run(self.out / run, whole / run)
        self.assertEqual(self.results(self.out), self.results(whole))
        self.assertEqual(list(self.out.rglob("*.tmp")), [])

    def test_ends_its_runs(self):
        process = self.start_sweep(self.write(steps=10 ** 9))
        self.wait_until(lambda: len(checkpoints(self.out / "low-seed1")) == 2, process)
        children = self.children(process)
        self.assertEqual(len(children), 2)
        process.kill()
        process.communicate()
        self.wait_until_unused()
        # They received SIGTERM and saved their state.
        for run in RUNS[:2]:
            self.assertIn("Run ended: interrupted", (self.out / f"logs/{run}.log").read_text())
        # They release their directories shortly before they are gone.
        self.wait_until(lambda: not any(pathlib.Path(f"/proc/{child}/exe").exists() for child in children))

    def test_restarts_a_run_without_a_checkpoint(self):
        run = self.out / "base-seed1"
        run.mkdir(parents=True)
        (run / "lock").write_text("123\n")
        (run / "config.toml.123.tmp").write_text("half of it")
        self.succeed("sweep", self.write(steps=200))
        self.assertEqual(list(run.glob("*.tmp")), [])
        self.assertTrue(self.hashes(run).startswith("step 200 "))


class Stopped(SweepTest):
    def check_stopped(self, output):
        self.assertRegex(output, r"base-seed1: stopped at step [\d,]+\n")
        self.assertIn("4 of 4 runs are left; the same command continues them", output)
        for run in RUNS[:2]:
            self.assertIn("Run ended: interrupted", (self.out / f"logs/{run}.log").read_text())
            self.assertIn("good", self.succeed("inspect", self.out / run))

    def test_by_an_interrupt(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                self.out = self.folder / f"out{number}"
                process = self.start_sweep(self.write(steps=10 ** 9))
                self.wait_until(lambda: len(checkpoints(self.out / "low-seed1")) == 2 and
                                checkpoints(self.out / "base-seed1"), process)
                process.send_signal(number)
                output, errors = process.communicate()
                self.assertEqual(process.returncode, 128 + number, output + errors)
                self.check_stopped(output)

    def test_when_its_minutes_are_over(self):
        file = self.write(steps=10 ** 9, more="minutes = 0.02")
        output = self.succeed("sweep", file, "--minutes", 0.1)
        self.check_stopped(output)
        self.assertIn("resumed at step", self.succeed("sweep", file))


class Refused(SweepTest):
    def test_twice_at_once(self):
        file = self.write(steps=10 ** 9)
        process = self.start_sweep(file)
        self.wait_until(lambda: checkpoints(self.out / "base-seed1"), process)
        self.refuse("sweep", file, saying=["in use", f"process {process.pid};"])
        # --show works meanwhile.
        self.assertIn("base      0/2", self.succeed("sweep", file, "--show"))
        self.assertIsNone(process.poll())

    def test_with_changed_settings(self):
        self.succeed("sweep", self.write(steps=200))
        before = {run: self.hashes(self.out / run) for run in RUNS}
        self.refuse("sweep", self.write(steps=200, low="agent.gamma = 0.6"),
                    saying=["plan.toml:16: agent.gamma = 0.6", "low-seed1 began with 0.5"])
        self.refuse("sweep", self.write(steps=300), saying=["plan.toml:7: train.steps = 300"])
        self.assertEqual(before, {run: self.hashes(self.out / run) for run in RUNS})

    def test_with_an_invalid_file(self):
        self.refuse("sweep", self.write(low="agent.gama = 1"),
                    saying=["plan.toml:16: unknown key agent.gama", "agent.gamma"])
        self.refuse("sweep", self.folder / "none.toml", saying="none.toml")
        self.refuse("sweep", self.write(low='env.game = "no_such_game"'),
                    saying=["plan.toml: variant low: ", "no_such_game"])
        self.refuse("sweep", self.write(), "--jobs", 0, saying="--jobs")
        self.refuse("sweep", self.write(), "--show", saying=[f"{self.out} does not exist", "plan.toml has begun"])
        self.assertFalse(self.out.exists())


class Failing(SweepTest):
    def test_does_not_stop_the_others(self):
        for seed in (1, 2):
            foreign = self.out / f"low-seed{seed}"
            foreign.mkdir(parents=True)
            (foreign / "notes.txt").write_text("not of a run\n")
        done = arcadeq("sweep", self.write(steps=200))
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        for seed in (1, 2):
            self.assertRegex(done.stdout, rf"low-seed{seed}: failed: .*low-seed{seed}")
            self.assertRegex(done.stdout, rf"base-seed{seed}: 200 steps")
        self.assertEqual([row["variant"] for row in self.rows()], ["base", "base"])
        self.assertRegex(done.stdout, r"low +0/2 +- ")

    def test_reports_the_signal_that_ended_a_run(self):
        process = self.start_sweep(self.write(steps=10 ** 9, jobs=1))
        self.wait_until(lambda: checkpoints(self.out / "base-seed1"), process)
        os.kill(self.children(process)[0], signal.SIGKILL)
        self.wait_until(lambda: checkpoints(self.out / "low-seed1"), process)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate()
        self.assertIn("base-seed1: failed: ended by signal 9 (Killed)\n", output)

    def test_by_a_caller_that_ignores_the_ends_of_its_children(self):
        done = subprocess.run(["sh", "-c", f"trap '' CHLD; '{ARCADEQ}' sweep '{self.write(steps=200)}'"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(len(self.rows()), len(RUNS))

    def test_shows_results_that_it_cannot_write(self):
        plan = self.write(steps=200)
        self.succeed("sweep", plan)
        (self.out / "results.csv").unlink()
        (self.out / "results.csv").mkdir()
        done = arcadeq("sweep", plan, "--show")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stdout, r"base +2/2 ")
        self.assertIn("results.csv", done.stderr)

    def test_keeps_a_run_without_checkpoints(self):
        plan = self.write(steps=200)
        self.succeed("sweep", plan)
        run, result = self.out / "base-seed1", self.out / "results/base-seed1.json"
        shutil.rmtree(run / "checkpoints")
        before = contents(run)
        self.assertIn("4 complete\n", self.succeed("sweep", plan))
        result.unlink()
        done = arcadeq("sweep", plan)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, "base-seed1: failed: .* has no checkpoint, but weights")
        self.assertEqual(contents(run), before)

    def test_names_a_damaged_result(self):
        plan = self.write(steps=200)
        self.succeed("sweep", plan)
        result = self.out / "results/base-seed1.json"
        before = result.read_text()
        result.write_text("garbage")
        self.refuse("compare", self.out, saying=f"{result} is damaged")
        self.assertIn(f"{result} is damaged", arcadeq("sweep", plan, "--show").stderr)
        row = next(row for row in self.rows() if (row["variant"], row["seed"]) == ("base", "1"))
        self.assertEqual((row["evaluation_mean"], row["steps"] != ""), ("", True))  # its episodes are shown
        self.assertIn(f"{result} is damaged", arcadeq("report", self.out, "--out", self.folder / "r.html").stderr)
        self.succeed("sweep", plan)
        self.assertEqual(json.loads(result.read_text()), json.loads(before))

    def test_names_missing_episodes(self):
        plan = self.write(steps=200)
        self.succeed("sweep", plan)
        episodes = self.out / "base-seed1/episodes.csv"
        episodes.unlink()
        self.assertIn(f"{episodes} is missing", arcadeq("sweep", plan, "--show").stderr)
        row = next(row for row in self.rows() if (row["variant"], row["seed"]) == ("base", "1"))
        self.assertEqual((row["last_100_mean"], row["steps"]), ("", "200"))

    def test_survives_its_reader(self):
        subprocess.run(["sh", "-c", f"'{ARCADEQ}' sweep '{self.write(steps=200)}' | head -n 1"], check=True,
                       capture_output=True)
        self.assertEqual(len(list((self.out / "results").iterdir())), len(RUNS))

    def test_leaves_other_directories_alone(self):
        mine = self.out / "base-seed1/mine.txt"
        mine.parent.mkdir(parents=True)
        mine.write_text("precious")
        done = arcadeq("sweep", self.write(steps=200))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, "base-seed1: failed: .*is not an empty directory")
        self.assertEqual(mine.read_text(), "precious")


if __name__ == "__main__":
    unittest.main()
