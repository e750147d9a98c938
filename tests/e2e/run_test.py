"""A training run from start to end, on the real emulator: what it prints and which files it writes."""

import os
import re
import resource
import signal
import subprocess
import time
import unittest

import program
from program import PQN, SHORT_ATARI_PQN, SHORT_DEFAULT, SHORT_LAPTOP, ProgramTest, contents, episodes, settings, start

# Short, but learning.
SHORT = ["--steps", 1200, *settings("train.learning_starts=1150", "replay.capacity=2000",
                                    "record.progress_every_steps=100")]
TUTORIAL = ["--preset", "tutorial", *SHORT]
SHORT_GAMES = ["--steps", 1216, *settings("env.max_frames=1000", "record.progress_every_steps=100")]
LAPTOP = [*SHORT_LAPTOP, *SHORT_GAMES]
ATARI_PQN = [*SHORT_ATARI_PQN, *SHORT_GAMES]


def gif_hundredths(gif):
    """The duration of a GIF, from the graphic control extension before each picture."""
    delays = re.findall(rb"\x21\xf9\x04.(..).\x00\x2c", gif.read_bytes(), re.DOTALL)
    return sum(int.from_bytes(delay, "little") for delay in delays)


class SpaceInvaders(ProgramTest):
    def setUp(self):
        super().setUp()
        self.run_folder = self.folder / "run"

    def train(self, *arguments, **options):
        return self.succeed("train", "--out", self.run_folder, *arguments, **options)

    def test_leaves_a_complete_run(self):
        for name, options, steps, first in [
                ("tutorial", TUTORIAL, 1200, "Pre-training...Episode: 1\n"),
                ("laptop", LAPTOP, 1216, "Episode: 1, Reward: "),
                ("pqn", ATARI_PQN, 1216, "Episode: 1, Reward: ")]:
            with self.subTest(name):
                run = self.folder / name
                output = self.succeed("train", "--out", run, *options)
                self.assertIn(first, output)
                self.assertNotIn("\r", output, "control characters in a pipe")
                self.assertGreaterEqual(len(episodes(run)), 1)
                (weights,) = (run / "weights").iterdir()
                self.assertEqual(weights.name, f"step_{steps:09}.safetensors")
                gif = (run / "videos" / "episode_000001.gif").read_bytes()
                self.assertEqual(gif[:6], b"GIF89a")
                self.assertEqual(gif[6:10], (320).to_bytes(2, "little") + (480).to_bytes(2, "little"))
                self.assertEqual(gif[-1:], b";")
                self.assertEqual(len(list(run.glob("events.out.tfevents.*"))), 1)
                self.assertEqual([path for path in run.rglob("*.tmp")], [])

    def test_evaluate_reports_truncated_games(self):
        self.train(*LAPTOP, "--set", "env.max_frames=100")
        text = self.succeed("evaluate", self.run_folder, "--episodes", 2)
        self.assertIn("2 of 2 games were cut short", text)
        self.assertEqual(self.evaluate(self.run_folder, "--episodes", 2)["truncated_episodes"], 2)

    def test_keeps_the_best_weights_of_its_evaluations(self):
        command = ["train", "--game", "catch", "--steps", 600, "--set", "train.learning_starts=100"]
        plain, evaluated = self.folder / "plain", self.folder / "evaluated"
        self.succeed(*command, "--out", plain)
        text = self.succeed(*command, "--out", evaluated, "--set", "evaluation.every_steps=200",
                            "--set", "evaluation.episodes=3")
        self.assertEqual(len(re.findall("^Evaluation: step (?:200|400|600), 3 games, mean ", text, re.MULTILINE)), 3)
        self.assertIn("the best so far", text)
        self.assertEqual(*(self.succeed("inspect", run, "--hash") for run in (plain, evaluated)))
        best = evaluated / "weights" / "best.safetensors"
        self.succeed("evaluate", evaluated, "--weights", best, "--episodes", 1)
        self.assertFalse((plain / "weights" / "best.safetensors").exists())

    def test_does_not_lose_the_best_weights(self):
        run = self.folder / "run"
        best = run / "weights" / "best.safetensors"

        def resume(steps, *options):
            text = self.succeed("train", "--resume", run, "--steps", steps, *options)
            evaluation = re.search("^Evaluation: .*$", text, re.MULTILINE)[0]
            return "the best so far" in evaluation, text

        self.succeed("train", "--game", "catch", "--steps", 400, "--out", run, *settings(
            "train.learning_starts=100", "evaluation.every_steps=200", "evaluation.episodes=100"))
        first = best.read_bytes()
        best.unlink()
        is_best, text = resume(600)
        self.assertTrue(is_best, "its file was missing")
        self.assertIn("best weights so far are missing", text)
        self.assertNotEqual(best.read_bytes(), first)

        best.unlink()
        best.mkdir()
        is_best, text = resume(800)
        self.assertTrue(is_best)
        self.assertIn("best weights not written", text)
        best.rmdir()
        self.assertTrue(resume(1000)[0], "those before could not be written")
        self.assertTrue(best.is_file())
        self.assertTrue(resume(1200, "--set", "evaluation.episodes=5")[0], "it plays other games")

    def test_warns_of_a_run_too_short_to_learn(self):
        command = ["train", "--game", "catch", "--set", "train.learning_starts=100"]
        for number, (limits, learns) in enumerate([
                (["--steps", 100], False), (["--frames", 100], False), (["--episodes", 3], False),
                (["--steps", 120], True), (["--episodes", 20], True)]):
            with self.subTest(limits):
                text = self.succeed(*command, *limits, "--out", self.folder / f"{number}")
                self.assertEqual("(see train.learning_starts)" in text, not learns, text)

    def test_evaluates_and_records(self):
        self.train(*TUTORIAL)
        result = self.evaluate(self.run_folder, "--episodes", 3, "--seed", 5)
        self.assertEqual(len(result["scores"]), 3)
        self.assertAlmostEqual(result["mean"], sum(result["scores"]) / 3)
        self.assertEqual(result["min"], min(result["scores"]))
        self.assertEqual(result, self.evaluate(self.run_folder, "--episodes", 3, "--seed", 5))
        random = self.evaluate(self.run_folder, "--episodes", 3, "--seed", 5, "--epsilon", 1)
        self.assertNotEqual(random["scores"], result["scores"])
        text = self.succeed("evaluate", self.run_folder, "--episodes", 2)
        self.assertRegex(text, r"mean \d+\.\d  median \d+\.\d  standard deviation")
        gif = self.folder / "game.gif"
        self.succeed("record", self.run_folder, "--out", gif)
        self.assertEqual(gif.read_bytes()[:6], b"GIF89a")
        self.assertEqual(gif.read_bytes()[-1:], b";")

    def test_same_seed_same_run(self):
        for name, options, others in [
                ("tutorial", TUTORIAL, [["--threads", 1]]),
                ("laptop", LAPTOP, [["--threads", 1], ["--threads", 3]]),
                ("pqn", ATARI_PQN, [["--threads", 1], ["--threads", 3, "--set", "train.overlap=false"]])]:
            with self.subTest(name):
                runs = [self.folder / f"{name}{i}" for i in range(1 + len(others))]
                for run, other in zip(runs, [[], *others]):
                    self.succeed("train", "--out", run, *options, "--seed", 3, *other)
                self.assertEqual(len({next((run / "weights").iterdir()).read_bytes() for run in runs}), 1)

    def test_an_evaluation_of_a_built_in_game_knows_no_frames(self):
        run = self.folder / "run"
        self.succeed("train", "--game", "catch", "--steps", 20, "--out", run)
        evaluation = self.evaluate(run, "--episodes", 1)
        self.assertEqual(evaluation["game"], "catch")
        self.assertNotIn("games", evaluation)
        self.assertNotIn("training_frames", evaluation)

    def test_the_game_decides_the_preset_however_it_is_named(self):
        (self.folder / "game.toml").write_text('[env]\ngame = "catch"\n')
        ways = [["--game", "catch"], ["--set", "env.game=cartpole", "--set", "env.game=catch"],
                ["--config", self.folder / "game.toml"]]
        for number, options in enumerate(ways):
            run = self.folder / f"run{number}"
            self.succeed("train", *options, "--steps", 20, "--out", run)
            self.assertIn("learning_starts = 1000\n", (run / "config.toml").read_text(), options)

    def test_other_games_and_presets(self):
        for game, options in [("breakout", ["--preset", "nature", *SHORT]),
                              ("pong", ["--preset", "dopamine", *SHORT]),
                              ("ms_pacman", TUTORIAL),
                              ("freeway", LAPTOP),
                              ("asterix", ATARI_PQN)]:
            with self.subTest(game):
                run = self.folder / game
                self.succeed("train", "--game", game, *options, "--out", run)
                self.assertEqual(self.evaluate(run, "--episodes", 1)["game"], game)


class ManyEnvironments(ProgramTest):
    def test_a_video_shows_the_episode_in_its_name(self):
        run = self.folder / "run"
        self.succeed("train", "--game", "cartpole", "--steps", 3000, "--envs", 8, "--out", run,
                     "--set", "train.learning_starts=3000", "--set", "record.gif_every_episodes=20")
        rows = {int(row["episode"]): row for row in episodes(run)}
        self.assertEqual({row["env"] for row in rows.values()}, set("01234567"))
        videos = sorted((run / "videos").glob("episode_*.gif"))
        self.assertGreater(len(videos), 3)
        for video in videos:
            row = rows[int(video.stem.removeprefix("episode_"))]
            self.assertEqual(row["env"], "0")
            self.assertEqual(gif_hundredths(video), 2 * (int(row["length_steps"]) + 1), video.name)


class Interrupted(ProgramTest):
    def start(self, **options):
        """Starts a run; returns it once it is in progress."""
        self.run_folder = self.folder / "run"
        process = start("train", "--preset", "tutorial", "--out", self.run_folder,
                        *settings("train.learning_starts=500", "replay.capacity=5000", "network.hidden=16",
                                  "train.batch_size=8"), **options)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.wait_until(self.rows, process)
        return process

    def rows(self):
        return (self.run_folder / "episodes.csv").exists() and len(episodes(self.run_folder))

    def interrupt(self, process, stop_signal, code):
        process.send_signal(stop_signal)
        self.assert_stops(process, code)

    def assert_stops(self, process, code):
        run = self.run_folder
        output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, code, output + errors)
        self.assertIn("interrupted", output)
        self.assertEqual(len(list((run / "weights").iterdir())), 1)
        for gif in (run / "videos").iterdir():
            self.assertEqual(gif.suffix, ".gif")
            self.assertEqual(gif.read_bytes()[-1:], b";")
        self.evaluate(run, "--episodes", 1)

    def test_interrupt(self):
        self.interrupt(self.start(), signal.SIGINT, 130)

    def test_terminate(self):
        self.interrupt(self.start(), signal.SIGTERM, 143)

    def test_hang_up(self):
        self.interrupt(self.start(), signal.SIGHUP, 129)

    def test_limit_on_processor_time(self):
        """The system sends SIGXCPU once the limit is exceeded, and again every second."""
        process = self.start()
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (1, resource.RLIM_INFINITY))
        self.assert_stops(process, 128 + signal.SIGXCPU)

    def test_repeated_signals_about_processor_time(self):
        process = self.start()
        for _ in range(20):
            process.send_signal(signal.SIGXCPU)
            time.sleep(0.005)
        self.assert_stops(process, 128 + signal.SIGXCPU)

    def test_ignored_signals_stay_ignored(self):
        process = self.start(ignoring=(signal.SIGHUP, signal.SIGINT))
        before = self.rows()
        for ignored in (signal.SIGHUP, signal.SIGINT):
            process.send_signal(ignored)
        self.wait_until(lambda: self.rows() > before + 1, process)
        self.interrupt(process, signal.SIGTERM, 143)


class Streams(ProgramTest):
    def shell(self, command):
        return subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd=self.folder)

    def test_a_closed_stdout_does_not_affect_the_files(self):
        done = self.shell(f"'{program.ARCADEQ}' train --game catch --steps 300 --out run >&- 2>&-")
        self.assertEqual(done.returncode, 0)
        for row in episodes(self.folder / "run"):
            self.assertRegex(row["episode"], r"^\d+$")

    def test_output_that_cannot_be_written_is_an_error(self):
        for place in (">/dev/full", ">&-"):
            done = self.shell(f"'{program.ARCADEQ}' presets tutorial {place}")
            self.assertEqual(done.returncode, 2, place)
            self.assertIn("stdout", done.stderr)

    def test_a_run_of_some_minutes_does_not_need_its_output(self):
        done = self.shell(f"'{program.ARCADEQ}' train --game cartpole --minutes 0.1 --out run >/dev/full")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(list((self.folder / "run" / "weights").iterdir()))

    def test_the_run_survives_its_reader(self):
        done = self.shell(f"'{program.ARCADEQ}' train --game catch --steps 3000 --out run "
                          "--set train.learning_starts=3000 | head -n 1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(list((self.folder / "run" / "weights").iterdir())), 1)

    def test_an_idle_reader_does_not_block_the_run(self):
        reader, writer = os.pipe()
        try:
            done = subprocess.run(
                [program.ARCADEQ, "train", "--game", "cartpole", "--steps", "60000", "--out", "run",
                 "--set", "train.learning_starts=1000000"],
                stdout=writer, cwd=self.folder, timeout=120)
        finally:
            os.close(reader)
            os.close(writer)
        self.assertEqual(done.returncode, 0)
        self.assertGreater(len(episodes(self.folder / "run")), 2000)

    def test_a_stopped_terminal_blocks_neither_the_run_nor_its_end(self):
        ours, terminal = os.openpty()
        self.addCleanup(os.close, ours)
        run = subprocess.Popen(
            [program.ARCADEQ, "train", "--game", "catch", "--steps", "100000000", "--out", "run",
             "--set", "train.learning_starts=100000000", "--set", "record.gif_every_episodes=0"],
            stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal, cwd=self.folder)
        os.close(terminal)
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        rows = self.folder / "run" / "episodes.csv"
        self.wait_until(lambda: rows.exists() and len(episodes(rows.parent)) > 5000, run)
        run.send_signal(signal.SIGTERM)
        run.wait(timeout=120)
        self.assertEqual(run.returncode, 143)
        self.assertEqual(int(episodes(rows.parent)[-1]["step"]) // 9,
                         self.newest_step(rows.parent) // 9)


class Commands(ProgramTest):
    def test_version(self):
        self.assertRegex(self.succeed("--version"), r"^arcadeq \d+\.\d+\.\d+\n$")

    def test_json_of_a_path_that_is_not_utf8(self):
        run = self.folder / "run"
        self.succeed("train", "--game", "catch", "--steps", 50, "--out", run)
        odd = run.rename(os.fsdecode(os.fsencode(run) + b"_\xff"))
        self.assertIn("run_\ufffd/weights/", self.evaluate(odd, "--episodes", 1)["weights"])

    def test_presets(self):
        listed = self.succeed("presets")
        for preset in ["laptop", "tutorial", "nature", "dopamine", "pqn", "cartpole", "catch"]:
            self.assertRegex(listed, rf"(?m)^{preset} +\w")

    def test_a_printed_preset_is_a_config(self):
        config = self.folder / "mine.toml"
        config.write_text(self.succeed("presets", "catch"))
        run = self.folder / "run"
        self.succeed("train", "--config", config, "--steps", 50, "--out", run)
        self.assertIn('game = "catch"', (run / "config.toml").read_text())

    def test_help_names_every_command(self):
        help_text = self.succeed("--help")
        for command in ["train", "evaluate", "play", "record", "presets", "signature"]:
            self.assertIn(command, help_text)

    def test_concurrent_runs_get_separate_directories(self):
        runs = [start("train", "--game", "catch", "--steps", 20, cwd=self.folder) for _ in range(6)]
        for run in runs:
            output, errors = run.communicate()
            self.assertEqual(run.returncode, 0, output + errors)
        self.assertEqual(len(list((self.folder / "runs").iterdir())), len(runs))

    def test_default_run_directory(self):
        self.succeed("train", "--game", "catch", "--steps", 20, cwd=self.folder)
        (run,) = (self.folder / "runs").iterdir()
        self.assertRegex(run.name, r"^catch-seed1-\d{8}-\d{6}$")

    def test_default_preset(self):
        for game in ["space_invaders", "breakout"]:
            options = [] if game == "space_invaders" else ["--game", game]
            self.succeed("train", *options, *SHORT_DEFAULT, "--steps", 32, cwd=self.folder)
            (run,) = (self.folder / "runs").glob(f"{game}-*")
            self.assertRegex(run.name, rf"^{game}-laptop-seed1-\d{{8}}-\d{{6}}$")


class Minutes(ProgramTest):
    def test_fix_a_number_of_steps_which_repeats_the_run(self):
        for name, options in [("dqn", []), ("pqn", PQN)]:
            with self.subTest(name):
                timed, again = self.folder / f"{name}_timed", self.folder / f"{name}_again"
                options = ["--preset", "catch", *options]
                output = self.succeed("train", *options, "--minutes", 0.1, "--out", timed)
                config = (timed / "config.toml").read_text()
                (steps,) = re.findall(r"(?m)^steps = (\d+)$", config)
                self.assertIn(f" steps/s: 0.1 minutes are {steps} steps (--steps {steps} repeats the run)\n",
                              output)
                for other in ["frames = 0", "episodes = 0", f"schedule_steps = {steps}"]:
                    self.assertIn(f"\n{other}\n", config)
                self.succeed("train", *options, "--steps", steps, "--out", again)
                self.assert_same_run(timed, again)
                self.assertEqual((again / "config.toml").read_text(), config)

    def test_are_refused_beside_another_end(self):
        for option in ["--steps", "--frames", "--episodes"]:
            self.refuse("train", "--game", "catch", "--minutes", 1, option, 10, "--out", self.folder / "run",
                        saying=["--minutes", option])
        self.assertEqual(list(self.folder.iterdir()), [])
        config = self.folder / "config.toml"
        config.write_text("[train]\nepisodes = 5\n")
        self.refuse("train", "--game", "catch", "--minutes", 1, "--config", config, saying="--minutes")

    def test_with_settings_from_a_pipe(self):
        run, pipe = self.folder / "run", self.folder / "pipe"
        os.mkfifo(pipe)
        with start("train", "--minutes", 0.1, "--config", pipe, "--out", run) as process:
            pipe.write_text('[env]\ngame = "catch"\n[train]\nseed = 5\n')
            self.assertEqual(process.wait(), 0, process.stdout.read())
        self.assertIn("\nseed = 5\n", (run / "config.toml").read_text())

    def test_are_refused_for_a_run_that_was_begun(self):
        run = self.folder / "run"
        self.succeed("train", "--game", "catch", "--steps", 50, "--out", run)
        before = contents(run)
        self.refuse("train", "--resume", run, "--minutes", 1, saying=["--minutes", "--resume", "--steps"])
        done = self.refuse("train", "--game", "catch", "--out", run, "--minutes", 1, saying=str(run))
        self.assertNotIn("steps/s", done.stdout, "it was timed before it was refused")
        self.assertEqual(contents(run), before)


if __name__ == "__main__":
    unittest.main()
