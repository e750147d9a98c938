"""A resumed run continues as if it had never stopped, and cannot be turned into a different run."""

import fcntl
import json
import re
import signal
import time
import unittest

from events import scalars
from program import (LASTING, LASTING_PQN, PQN, SHORT_ATARI_PQN, SHORT_LAPTOP, SHORT_PQN, ProgramTest, checkpoints, contents,
                     episodes, settings, start)

RUNS = {
    "catch": ["--preset", "catch", "--steps", 3000, "--envs", 2,
              *settings("train.learning_starts=200", "replay.capacity=1500", "train.batch_size=8")],
    "catch_prioritised": ["--preset", "catch", "--steps", 3000, "--envs", 3,
                          *settings("train.learning_starts=200", "replay.capacity=1500", "replay.n_step=3",
                                    "replay.sampler=proportional")],
    "cartpole": ["--preset", "cartpole", "--steps", 6000,
                 *settings("train.learning_starts=500", "replay.capacity=5000"), *LASTING],
    "tutorial": ["--preset", "tutorial", "--steps", 900,
                 *settings("train.learning_starts=300", "replay.capacity=600", "network.hidden=16",
                           "train.batch_size=8", "train.update_period=4")],
    "catch_pqn": ["--preset", "catch", "--steps", 3000, *SHORT_PQN, *settings("agent.epochs=16")],
    "cartpole_pqn": ["--preset", "cartpole", "--steps", 6000, *LASTING_PQN],
    "laptop": [*SHORT_LAPTOP, "--steps", 900],
    "atari_pqn": [*SHORT_ATARI_PQN, "--steps", 900],
}


def steps(name):
    return RUNS[name][RUNS[name].index("--steps") + 1]


def train(name, run, *arguments):
    return ["train", *RUNS[name], "--out", run, "--set", "record.progress_every_steps=100", *arguments]


class Stopped(ProgramTest):
    def stop(self, name, stop_signal, after_steps):
        """A run that was sent the signal then, and what it said."""
        run = self.folder / f"{name}_stopped"
        process = start(*train(name, run, "--checkpoint-every", max(after_steps // 2, 1)))
        self.wait_until(lambda: checkpoints(run) and
                        int(checkpoints(run)[-1].name[5:]) >= after_steps // 2, process)
        process.send_signal(stop_signal)
        output, errors = process.communicate()
        self.assertEqual(process.returncode, 128 + stop_signal, output + errors)
        return run, output

    def check(self, name, stop_signal):
        """In its midst."""
        never = self.folder / f"{name}_never"
        self.succeed(*train(name, never))
        run, output = self.stop(name, stop_signal, steps(name) // 3)
        done = int(re.search(r"interrupted\. ([\d,]+) steps", output)[1].replace(",", ""))
        self.assertLess(done, steps(name))
        self.assertTrue(self.hashes(run).startswith(f"step {done} "))
        self.succeed("train", "--resume", run)
        self.assert_same_run(run, never)

    def test_by_interrupt(self):
        for name in ["catch", "catch_prioritised", "catch_pqn"]:
            with self.subTest(name):
                self.check(name, signal.SIGINT)

    def test_by_termination(self):
        for name in ["cartpole", "cartpole_pqn"]:
            with self.subTest(name):
                self.check(name, signal.SIGTERM)

    def test_space_invaders(self):
        for name in ["tutorial", "laptop", "atari_pqn"]:
            with self.subTest(name):
                self.check(name, signal.SIGINT)

    def test_by_a_second_interrupt_at_once(self):
        for name in ["cartpole", "cartpole_pqn"]:
            with self.subTest(name):
                self.check_second_interrupt(name)

    def check_second_interrupt(self, name):
        never = self.folder / f"{name}_never"
        self.succeed(*train(name, never))
        run = self.folder / name
        command = train(name, run, "--checkpoint-every", 500)
        # The first one may happen to end the run before the second arrives.
        for _ in range(10):
            process = start(*command)
            command = ["train", "--resume", run]
            before = checkpoints(run)[-1:]
            self.wait_until(lambda: checkpoints(run)[-1:] != before, process)
            process.send_signal(signal.SIGINT)
            while self.catches_interrupts(process.pid):
                pass
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate()
            self.assertIn(process.returncode, [-signal.SIGINT, 128 + signal.SIGINT], errors)
            if process.returncode == -signal.SIGINT:
                break
        self.assertEqual(process.returncode, -signal.SIGINT)
        self.assertRegex(self.succeed("inspect", run), "good")
        self.assertNotIn("unusable", self.succeed("inspect", run))
        self.succeed("train", "--resume", run)
        self.assert_same_run(run, never)

    @staticmethod
    def catches_interrupts(pid):
        with open(f"/proc/{pid}/status") as status:
            caught = re.search(r"SigCgt:\s*(\w+)", status.read())
        return caught is not None and int(caught[1], 16) >> (signal.SIGINT - 1) & 1


class Resumed(ProgramTest):
    name = "cartpole"

    def setUp(self):
        super().setUp()
        self.run_folder = self.folder / "run"

    def train(self, *arguments):
        self.succeed(*train(self.name, self.run_folder, "--steps", 1500, *arguments))

    def test_beyond_its_first_limit(self):
        never = self.folder / "never"
        self.succeed(*train(self.name, never, "--steps", 3000))
        self.train()
        self.succeed("train", "--resume", self.run_folder, "--steps", 3000)
        self.assert_same_run(self.run_folder, never)
        self.succeed("train", "--resume", never, "--episodes", len(episodes(never)) + 3)
        self.assertGreaterEqual(len(episodes(never)), len(episodes(self.run_folder)) + 3)

    def test_with_nothing_left_to_do(self):
        self.train()
        before = contents(self.run_folder)
        self.assertIn("1500 steps done", self.succeed("train", "--resume", self.run_folder))
        self.assertEqual(contents(self.run_folder), before)

    def test_with_settings_that_must_stay(self):
        self.train()
        config = self.folder / "mine.toml"
        config.write_text(self.succeed("presets", "cartpole"))
        before = contents(self.folder)
        for arguments, saying in [
                (["--seed", 2], ["train.seed", "began with 1"]),
                (["--set", "optimizer.learning_rate=0.1"], "optimizer.learning_rate"),
                (["--set", "replay.capacity=6000"], "replay.capacity"),
                (["--game", "catch"], "env.game"),
                (["--envs", 2], "train.envs"),
                (["--preset", "nature"], "--preset"),
                (["--config", config], "--config"),
                (["--out", self.folder / "other"], "--out"),
                (["--set", "agent.gama=1"], "agent.gama")]:
            with self.subTest(str(arguments)):
                self.refuse("train", "--resume", self.run_folder, *arguments, "--steps", 9000,
                            saying=saying)
                self.assertEqual(contents(self.folder), before)

    def test_with_settings_that_may_change(self):
        never = self.folder / "never"
        self.succeed(*train(self.name, never, "--steps", 3000))
        self.train()
        self.succeed("train", "--resume", self.run_folder, "--steps", 3000, "--threads", 3,
                     "--checkpoint-every", 400, "--set", "checkpoint.keep=3",
                     "--set", "record.weights_every_episodes=5",
                     "--set", "record.gif_every_episodes=7", "--set", "record.progress_every_steps=70")
        self.assertEqual(self.hashes(self.run_folder), self.hashes(never))
        self.assertEqual(len(checkpoints(self.run_folder)), 3)
        self.assertGreater(len(list((self.run_folder / "weights").iterdir())), 2)
        self.assertIn("threads = 3", (self.run_folder / "config.toml").read_text())


class ResumedWithPqn(Resumed):
    name = "cartpole_pqn"


class Schedules(ProgramTest):
    """Those that span a share of a run: of the run as it was begun."""

    # The learning rate falls to 0 with the first end, epsilon in half the time.
    options = ["--preset", "cartpole", *PQN, *settings("agent.rollout_steps=25", "policy.epsilon_decay_share=0.5",
                                                       "record.progress_every_steps=100"), "--envs", 4]

    def setUp(self):
        super().setUp()
        self.run_folder = self.folder / "run"
        self.succeed("train", *self.options, "--steps", 2000, "--out", self.run_folder)

    def weights(self):
        """The hash of the newest weights' values."""
        content = max((self.run_folder / "weights").iterdir()).read_bytes()
        length = int.from_bytes(content[:8], "little")
        return json.loads(content[8:8 + length])["__metadata__"]["arcadeq_hash"]

    def test_keep_their_final_values_in_a_run_that_is_extended(self):
        at_first_end = self.weights()
        self.succeed("train", "--resume", self.run_folder, "--steps", 3000)
        config = (self.run_folder / "config.toml").read_text()
        self.assertIn("\nsteps = 3000\n", config)
        self.assertIn("\nschedule_steps = 2000\n", config)
        self.assertEqual(self.weights(), at_first_end, "learnt, at a rate of 0")
        epsilon = dict(scalars(self.run_folder)["policy/epsilon"])
        self.assertGreater(epsilon[900], epsilon[1000])
        self.assertEqual({epsilon[step] for step in range(1000, 3001, 100)}, {epsilon[2000]})

    def test_are_those_of_a_run_in_one_go_with_that_many_schedule_steps(self):
        never = self.folder / "never"
        self.succeed("train", *self.options, "--steps", 3000, "--set", "train.schedule_steps=2000", "--out", never)
        self.succeed("train", "--resume", self.run_folder, "--steps", 3000)
        self.assert_same_run(self.run_folder, never)

    def test_reach_their_end_in_a_run_that_was_stopped_before(self):
        never = self.folder / "never"
        self.succeed("train", *self.options, "--steps", 4000, "--out", never)
        run = self.folder / "stopped"
        process = start("train", *self.options, "--steps", 4000, "--checkpoint-every", 500, "--out", run)
        self.wait_until(lambda: len(checkpoints(run)) == 2, process)
        process.kill()
        process.communicate()
        self.succeed("train", "--resume", run)
        self.assert_same_run(run, never)

    def test_cannot_be_stretched(self):
        before = contents(self.run_folder)
        self.refuse("train", "--resume", self.run_folder, "--steps", 3000, "--set", "train.schedule_steps=3000",
                    saying=["train.schedule_steps", "began with 2000"])
        self.assertEqual(contents(self.run_folder), before)


class InUse(ProgramTest):
    def test_only_one_process_can_resume_a_run(self):
        run = self.folder / "run"
        process = start(*train("cartpole", run, "--steps", 10 ** 9, "--checkpoint-every", 2000,
                               "--set", "record.weights_every_episodes=10"))
        try:
            self.wait_until(lambda: checkpoints(run) and list(run.glob("weights/*.safetensors")),
                            process)
            self.refuse("train", "--resume", run, saying=["in use", f"process {process.pid};"])
            self.assertEqual(self.evaluate(run, "--episodes", 1)["game"], "cartpole")
            self.assertIn("good", self.succeed("inspect", run))
            self.assertRegex(self.hashes(run), "^step ")
            self.assertIsNone(process.poll())
        finally:
            process.kill()
            process.communicate()
        self.assertEqual((run / "lock").read_text(), f"{process.pid}\n")
        # A stale lock does no harm; the new limit is far below the steps already played.
        self.succeed("train", "--resume", run, "--steps", 1)


    def test_a_new_run_writes_nothing_before_it_has_the_lock(self):
        run = self.folder / "run"
        run.mkdir()
        with (run / "lock").open("w") as lock:  # of a process that is about to begin there
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.write("123\n")
            lock.flush()
            self.refuse(*train("catch", run), saying="in use by process 123;")
            self.assertEqual([file.name for file in run.iterdir()], ["lock"])
        self.succeed(*train("catch", run))


class Curves(ProgramTest):
    def test_have_each_point_once_after_kills(self):
        for name, every in [("cartpole", 500), ("cartpole", "0.005m"), ("cartpole_pqn", 500)]:  # steps, minutes
            with self.subTest(f"{name}, {every}"):
                run = self.folder / f"{name}_by_{every}"
                process = start(*train(name, run, "--checkpoint-every", every))
                for _ in range(4):
                    before = checkpoints(run)
                    self.wait_until(lambda: checkpoints(run) not in ([], before) or
                                    process.poll() is not None)
                    time.sleep(0.1)
                    process.kill()
                    _, errors = process.communicate()
                    self.assertIn(process.returncode, [0, -signal.SIGKILL], errors)
                    process = start("train", "--resume", run)
                _, errors = process.communicate()
                self.assertEqual(process.returncode, 0, errors)
                self.check(run)

    def check(self, run):
        rows = episodes(run)
        self.assertEqual([int(row["episode"]) for row in rows], list(range(1, len(rows) + 1)))
        curves = scalars(run)
        for tag, points in curves.items():
            at = [step for step, _ in points]
            self.assertEqual(at, sorted(set(at)), tag)
        self.assertEqual([step for step, _ in curves["policy/epsilon"]],
                         list(range(100, steps("cartpole") + 1, 100)))
        self.assertEqual([step for step, _ in curves["reward"]],
                         [int(row["episode"]) for row in rows])


class Leftovers(ProgramTest):
    def test_of_a_killed_run_are_removed(self):
        run = self.folder / "run"
        # It learns soon and after each step, so that the first episode lasts.
        process = start(*train("tutorial", run, "--checkpoint-every", 50,
                               "--set", "record.gif_every_episodes=1",
                               "--set", "train.learning_starts=50", "--set", "train.update_period=1"))
        videos = run / "videos"
        self.wait_until(lambda: len(checkpoints(run)) == 2 and
                        list(videos.glob("unfinished_from_step_000000001.gif.*.tmp")), process)
        process.kill()
        process.communicate()
        self.assertEqual([file.name for file in videos.iterdir()],
                         [f"unfinished_from_step_000000001.gif.{process.pid}.tmp"])
        for name in ["config.toml", "weights/step_000000050.safetensors"]:
            (run / f"{name}.{process.pid}.tmp").write_text("half of it")
        self.succeed("train", "--resume", run)
        self.assertEqual([*run.rglob("*.tmp")], [])
        # The checkpoint fell into the first film; the second covers the rest of the run.
        (video,) = videos.iterdir()
        self.assertRegex(video.name, r"^unfinished_from_step_\d{9}\.gif$")


class NotANumber(ProgramTest):
    def test_ends_the_run_and_names_the_last_good_checkpoint(self):
        run = self.folder / "run"
        self.succeed(*train("catch", run, "--steps", 300, "--checkpoint-every", 10 ** 6,
                            "--set", "train.learning_starts=400",
                            "--set", "optimizer.algorithm=rmsprop",
                            "--set", "optimizer.learning_rate=10", "--set", "optimizer.epsilon=1e-12",
                            "--set", "optimizer.decay=0",
                            "--set", "agent.huber_delta=1e9"))
        profile = self.folder / "where.json"
        done = self.refuse("train", "--resume", run, "--steps", 1000, "--profile", profile,
                           saying=["learning has diverged", "lower optimizer.learning_rate"])
        (named,) = checkpoints(run)[-1:]
        self.assertEqual(named.name, "step_000000300")
        self.assertIn(f"The last good checkpoint is {named}. ", done.stderr)
        self.assertIn("good", self.succeed("inspect", named))
        self.assertIn("differentiate",
                      {event["name"] for event in json.loads(profile.read_text())["traceEvents"]})


if __name__ == "__main__":
    unittest.main()
