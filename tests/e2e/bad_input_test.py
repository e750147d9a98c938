"""Bad input causes one clear line and exit code 2, and damages nothing and leaves nothing behind."""

import json
import os
import re
import resource
import signal
import subprocess
import unittest

import program
from program import SHORT_LAPTOP, ProgramTest, arcadeq, start


class BadSettings(ProgramTest):
    PRESETS = "laptop, tutorial, nature, dopamine, pqn, cartpole, catch"

    def train(self, *arguments, saying, **options):
        out = self.folder / "run"
        self.refuse("train", "--out", out, "--steps", 10, *arguments, saying=saying, **options)
        self.assertFalse(out.exists(), "a refused run left its directory behind")

    def test_unknown_preset(self):
        self.train("--preset", "natur", saying=["natur", self.PRESETS])
        self.refuse("presets", "natur", saying=self.PRESETS)

    def test_unknown_key(self):
        self.train("--set", "agent.gama=0.9", saying=["agent.gama", "agent.gamma"])

    def test_value_out_of_range(self):
        self.train("--set", "agent.gamma=1.5", saying=["agent.gamma", "[0, 1]"])
        self.train("--set", "env.frame_skip=0", saying="env.frame_skip")
        self.train("--seed", "-1", saying="train.seed")
        self.train("--steps", "many", saying="train.steps")

    def test_wrong_type(self):
        self.train("--set", "network.dueling=maybe", saying="true or false")
        self.train("--set", "network.dueling", saying="key=value")

    def test_contradiction(self):
        self.train("--preset", "tutorial", "--set", "agent.target_network=false", saying="agent.double")

    def test_options_that_exclude_or_need_others(self):
        self.train("--game", "catch", "--set", "train.steps=5", "--minutes", 1, saying="--minutes")
        self.train("--game", "catch", "--bind", "127.0.0.2", saying="--watch")

    def test_a_target_network_that_never_learns(self):
        self.train("--set", "agent.target_tau=0", saying="agent.target_period")

    def test_a_share_of_a_run_without_a_number_of_steps(self):
        for limit in ["--episodes", "--frames"]:
            self.train(limit, 10, "--steps", 0, saying=["policy.epsilon_decay_share", "train.schedule_steps"])

    def test_config_file(self):
        self.train("--config", self.folder / "missing.toml", saying="missing.toml")
        config = self.folder / "config.toml"
        config.write_text("[agent]\ngamma = 'high'\n")
        self.train("--config", config, saying=[f"{config}:2", "agent.gamma"])
        config.write_text("[agent\n")
        self.train("--config", config, saying=f"{config}:1")
        config.write_bytes(b"\xff\xfe\x00garbage")
        self.train("--config", config, saying=str(config))

        config.write_text('"env.game" = "pong"\n')
        self.train("--config", config, saying=f"{config}:1")
        self.train("--config", "/dev/zero", saying="/dev/zero")

    def test_no_steps_in_an_episode(self):
        self.train("--set", "env.noop_max=30", "--set", "env.max_frames=30", saying="env.max_frames")

    def test_replay_larger_than_memory(self):
        self.train("--preset", "tutorial", "--set", "replay.capacity=100000000", saying=["replay.capacity", "GB", "fit"])

    def test_network_too_large_for_the_frame(self):
        self.train("--game", "cartpole", "--set", "network.architecture=nature", saying="1x4")

    def test_profile_that_cannot_be_written(self):
        run = self.folder / "run"
        command = ["train", "--game", "catch", "--steps", 10, "--out", run, "--profile"]
        for profile in ["/proc/x/where.json", self.folder]:
            self.refuse(*command, profile, saying=f"cannot write {profile}: ")
        self.assertEqual([file.name for file in run.iterdir()], ["lock"])
        self.succeed(*command, run / "where.json")  # such a directory is as good as new
        self.assertIn("traceEvents", (run / "where.json").read_text())

    def test_no_profile_of_a_refused_run(self):
        profile = self.folder / "where.json"
        self.train("--set", "agent.gamma=2", "--profile", profile, saying="agent.gamma")
        self.assertFalse(profile.exists())

    def test_unknown_option_and_command(self):
        self.refuse("train", "--stepps", "3", saying="--stepps")
        self.refuse("trane", saying="trane")
        self.refuse(saying="no command given")


class Numbers(ProgramTest):
    """Every command accepts the same numbers: plain decimal."""

    SEEDS = {"7": 7, "08": 8, "010": 10, str(2**63 - 1): 2**63 - 1, "1764118859123456789": 1764118859123456789}
    NO_SEEDS = ["-1", "+5", " 5", "5 ", "0x10", "1e3", "5.0", "5x", "nan", str(2**63), "18446744073709551617"]

    def setUp(self):
        super().setUp()
        self.run_folder = self.folder / "run"
        self.succeed("train", "--game", "catch", "--steps", 50, "--out", self.run_folder)
        self.train = ["train", "--game", "catch", "--steps", 10, "--out", self.folder / "refused"]

    def test_seeds_are_the_same_number_everywhere(self):
        for number, (text, seed) in enumerate(self.SEEDS.items()):
            with self.subTest(text):
                run = self.folder / f"{number}"
                self.succeed("train", "--game", "catch", "--steps", 50, "--seed", text, "--out", run)
                self.assertIn(f"\nseed = {seed}\n", (run / "config.toml").read_text())
                self.assertEqual(self.evaluate(run, "--seed", text, "--episodes", 1)["seed"], seed)

    def test_invalid_seeds_are_refused_everywhere(self):
        expected = f"expected an integer in [0, {2**63 - 1}]"
        for text in self.NO_SEEDS:
            with self.subTest(text):
                self.refuse(*self.train, f"--seed={text}", saying=["--seed", expected])
                self.refuse(*self.train, "--set", f"train.seed={text}", saying=expected)
                for command in [["evaluate"], ["record", "--out", self.folder / "x.gif"]]:
                    self.refuse(*command, self.run_folder, f"--seed={text}", saying=["--seed", expected])

    def test_invalid_fractions_are_refused_everywhere(self):
        for text in ["nan", "inf", "0x1p-1", "+0.5", " 0.5", "0,5", "1e-999"]:
            with self.subTest(text):
                self.refuse("evaluate", self.run_folder, f"--epsilon={text}", saying="a number in [0, 1]")
                self.refuse(*self.train, "--set", f"agent.gamma={text}", saying="a number in [0, 1]")

    def test_what_are_no_minutes_is_refused(self):
        for text in ["0", "0.09", "-1", "100001", "nan", "inf", "+5", " 5", "5m", "0x10", "x"]:
            with self.subTest(text):
                self.refuse(*self.train, f"--minutes={text}", saying=["--minutes", "a number in [0.1, 100000]"])

    def test_an_empty_value_is_refused_for_every_option(self):
        for command in ["train", "evaluate", "play", "record", "inspect", "presets"]:
            options = re.findall(r"^  (?:-\S, *)?(--[a-z-]+) [A-Z]", self.succeed(command, "--help"), re.M)
            for option in options:
                with self.subTest(f"{command} {option}"):
                    for value in [[option, ""], [f"{option}="]]:
                        self.refuse(command, *value, "--help", cwd=self.folder, saying=option)
            self.refuse(command, "", "--help", saying=command)


class BadRoms(ProgramTest):
    def train(self, *arguments, saying, **options):
        out = self.folder / "run"
        self.refuse("train", "--out", out, "--steps", 10, *arguments, saying=saying, **options)
        self.assertFalse(out.exists())

    def test_missing_rom(self):
        self.train("--rom", self.folder / "none.bin", saying="none.bin")

    def test_not_a_rom(self):
        for content in [b"", b"not a rom", bytes(4096), os.urandom(4096)]:
            rom = self.folder / "space_invaders.bin"
            rom.write_bytes(content)
            self.train("--rom", rom, saying="space_invaders.bin")

    def test_rom_in_a_folder_that_is_gone(self):
        gone = self.folder / "gone"
        gone.mkdir()
        self.train("--rom", "mine.bin", cwd=gone, preexec_fn=gone.rmdir,
                   saying="cannot find mine.bin")

    def test_rom_in_a_folder_that_no_configuration_can_name(self):
        for name, saying in [(b"\xff", "UTF-8"), (b"d" + 33 * b".", "dots")]:
            folder = os.path.join(os.fsencode(self.folder), name)
            os.mkdir(folder)
            self.refuse("train", "--rom", "space_invaders.bin", "--steps", 10, cwd=folder,
                        saying=["env.rom", saying])
            self.assertEqual(os.listdir(folder), [])

    def test_a_directory_as_rom(self):
        self.train("--rom", self.folder, saying=str(self.folder))

    def test_unknown_game(self):
        self.train("--game", "space_invader", saying="space_invaders")


class BadRunDirectories(ProgramTest):
    def train(self, out, saying):
        self.refuse("train", "--game", "catch", "--steps", 10, "--out", out, saying=saying)

    def test_existing_run_is_left_alone(self):
        run = self.folder / "run"
        self.succeed("train", "--game", "catch", "--steps", 50, "--out", run)
        before = {path: path.stat().st_mtime_ns for path in run.rglob("*")}
        self.train(run, saying=str(run))
        self.assertEqual({path: path.stat().st_mtime_ns for path in run.rglob("*")}, before)

    def test_a_file_is_in_the_way(self):
        file = self.folder / "file"
        file.write_text("mine")
        self.train(file, saying=str(file))
        self.train(file / "run", saying=str(file))
        self.assertEqual(file.read_text(), "mine")

    def test_unwritable(self):
        self.train("/proc/arcadeq-run", saying="/proc/arcadeq-run")

    def test_runs_directory_that_cannot_be_created(self):
        (self.folder / "runs").symlink_to("runs")
        self.refuse("train", "--game", "catch", "--steps", 10, cwd=self.folder,
                    saying=["cannot make the directory runs/catch", "symbolic links"])

    def test_the_first_interrupt_ends_waiting_for_a_pipe(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        run = self.folder / "run"
        for arguments in [("train", "--config", pipe),
                          ("train", "--game", "catch", "--out", run, "--profile", pipe),
                          ("evaluate", self.folder, "--weights", pipe)]:
            with self.subTest(arguments):
                if arguments[0] == "evaluate":
                    (self.folder / "config.toml").write_text(self.succeed("presets", "catch"))
                process = start(*arguments)
                self.addCleanup(process.communicate)
                self.addCleanup(process.kill)
                if run in arguments:  # a pipe does not tell who waits to write into it
                    self.wait_until((run / "lock").exists, process)
                else:
                    self.wait_until(lambda: self.has_reader(pipe), process)
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(timeout=60), -signal.SIGINT)

    def has_reader(self, pipe):
        """Opens the pipe as a writer that writes nothing."""
        try:
            self.addCleanup(os.close, os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            return False
        return True

    def test_evaluate_needs_a_run_with_weights(self):
        self.refuse("evaluate", self.folder / "none", saying="none")
        self.refuse("evaluate", self.folder, saying="config.toml")
        run = self.folder / "run"
        self.succeed("train", "--game", "catch", "--steps", 50, "--out", run)
        for weights in (run / "weights").iterdir():
            weights.unlink()
        self.refuse("evaluate", run, saying="no weights")
        self.refuse("record", run, "--out", self.folder / "x.gif", saying="no weights")
        self.assertFalse((self.folder / "x.gif").exists())

    def test_options_of_evaluate(self):
        run = self.folder / "run"
        self.succeed("train", "--game", "catch", "--steps", 50, "--out", run)
        for option, value in [("--epsilon", "nan"), ("--epsilon", "1.5"), ("--epsilon", "x"),
                              ("--episodes", "0"), ("--envs", "1025"), ("--threads", "0")]:
            with self.subTest(option + value):
                self.refuse("evaluate", run, option, value, saying=[option, value, "expected"])
        self.refuse("evaluate", run, "--protocol", "stiky", saying=["stiky", "training, sticky, noop, noop-low-epsilon"])
        self.refuse("evaluate", run, "--protocol", "sticky", saying=["catch", "training"])

    def test_evaluate_replaces_only_files(self):
        run = self.folder / "run"
        self.succeed("train", "--game", "catch", "--steps", 50, "--out", run)
        for out in ["/proc/x/games.csv", self.folder]:
            done = self.refuse("evaluate", run, "--csv", out, saying=f"cannot write {out}: ")
            self.assertEqual(done.stdout, "")
        self.assertEqual(sorted(self.folder.iterdir()), [run])

    def test_damaged_weights(self):
        run = self.folder / "run"
        self.succeed("train", "--game", "catch", "--steps", 50, "--out", run)
        (weights,) = (run / "weights").iterdir()
        content = weights.read_bytes()
        damages = {
            "empty": b"",
            "cut in the header": content[:100],
            "cut in the data": content[:-1],
            "longer": content + b"\0",
            "huge header": b"\xff" * 8 + content[8:],
            "not JSON": content[:8] + b"x" + content[9:],
        }
        for name, damaged in damages.items():
            with self.subTest(name):
                weights.write_bytes(damaged)
                self.refuse("evaluate", run, saying=weights.name)

    def test_weights_of_another_network(self):
        narrow, wide = self.folder / "narrow", self.folder / "wide"
        self.succeed("train", "--game", "catch", "--steps", 50, "--out", narrow)
        self.succeed("train", "--game", "catch", "--steps", 50, "--out", wide,
                     "--set", "network.hidden=128")
        (weights,) = (wide / "weights").iterdir()
        self.refuse("evaluate", narrow, "--weights", weights, saying=weights.name)

    def test_weights_of_another_game(self):
        one, other = self.folder / "one", self.folder / "other"
        for run, game in [(one, "pong"), (other, "space_invaders")]:  # both have six actions
            self.succeed("train", "--game", game, *SHORT_LAPTOP, "--steps", 10, "--out", run)
        (weights,) = (one / "weights").iterdir()
        saying = [weights.name, "pong", "space_invaders", "metadata"]
        self.refuse("evaluate", other, "--weights", weights, "--episodes", 1, saying=saying)
        self.refuse("record", other, "--weights", weights, "--out", self.folder / "x.gif", saying=saying)

        content = weights.read_bytes()  # as another program writes it, or this one did before
        length = int.from_bytes(content[:8], "little")
        header = json.loads(content[8:8 + length])
        del header["__metadata__"]["game"]
        text = json.dumps(header).encode()
        nameless = self.folder / "nameless.safetensors"
        nameless.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + length:])
        self.succeed("evaluate", other, "--weights", nameless, "--episodes", 1, "--epsilon", 1)

    def test_damaged_config(self):
        run = self.folder / "run"
        self.succeed("train", "--game", "catch", "--steps", 50, "--out", run)
        config = run / "config.toml"
        config.write_text(config.read_text().replace("gamma = 0.99", "gamma = 7"))
        self.refuse("evaluate", run, saying=["config.toml", "agent.gamma"])

    def test_record_into_a_missing_folder(self):
        run = self.folder / "run"
        self.succeed("train", "--game", "catch", "--steps", 50, "--out", run)
        self.refuse("record", run, "--out", "/proc/x/y.gif", saying="/proc/x")

    def test_record_replaces_only_files(self):
        run = self.folder / "run"
        self.succeed("train", "--game", "catch", "--steps", 50, "--out", run)
        os.mkfifo(self.folder / "pipe.gif")
        (self.folder / "folder.mp4").mkdir()
        # Devices through links in the test's folder, so that a broken program could replace only the links.
        for link, target in [("link.webp", "pipe.gif"), ("null.mp4", "/dev/null"), ("out.gif", "/dev/stdout")]:
            (self.folder / link).symlink_to(target)
        before = sorted(self.folder.iterdir())
        for name, kind in [("pipe.gif", "a pipe"), ("link.webp", "a pipe"), ("null.mp4", "a device"),
                           ("out.gif", "a pipe"), ("folder.mp4", "a directory")]:
            with self.subTest(name):
                out = self.folder / name
                self.refuse("record", run, "--out", out, saying=f"cannot write {out}: {kind}")
        self.assertEqual(sorted(self.folder.iterdir()), before)
        self.assertTrue((self.folder / "pipe.gif").is_fifo())
        for link in ["link.webp", "null.mp4", "out.gif"]:
            self.assertTrue((self.folder / link).is_symlink())


class BadSurroundings(ProgramTest):
    @staticmethod
    def give_no_threads():
        """Gives every new thread a stack that is too large for any memory."""
        _, most = resource.getrlimit(resource.RLIMIT_STACK)
        resource.setrlimit(resource.RLIMIT_STACK, (1 << 46, most))

    def test_no_threads(self):
        if arcadeq("--version", preexec_fn=self.give_no_threads).returncode != 0:
            self.skipTest("ThreadSanitizer does not bear such a limit")
        for threads, saying in [(1, "cannot start a thread"), (2, "lower train.threads")]:
            self.refuse("train", "--game", "catch", "--steps", 10, "--threads", threads,
                        "--out", self.folder / f"run{threads}", preexec_fn=self.give_no_threads,
                        saying=saying)

    def test_an_error_that_cannot_be_written_keeps_its_exit_code(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([program.ARCADEQ, "presets", "natur"], stderr=full)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
