"""Resuming detects any damage to a run and leaves good files untouched."""

import re
import shutil
import unittest

from program import SHORT_PQN, ProgramTest, arcadeq, checkpoints, contents, episodes, settings
from events import scalars

SHORT = settings("train.learning_starts=200", "replay.capacity=3000", "train.batch_size=32",
                 "record.progress_every_steps=100")


def flip(content, at):
    return content[:at] + bytes([content[at] ^ 4]) + content[at + 1:]


DAMAGES = {
    "truncated": lambda content: content[:-1],
    "flipped": lambda content: flip(content, len(content) // 2),
    "emptied": lambda content: b"",
    "removed": None,
}


class DamagedRun(ProgramTest):
    """Each test has its own run with two checkpoints."""

    options = SHORT

    def setUp(self):
        super().setUp()
        self.run_folder = self.folder / "run"
        self.train("cartpole", self.run_folder, 400, 900)

    def train(self, game, run, *ends):
        """A run with a checkpoint at each of these steps and no other."""
        self.succeed("train", "--game", game, "--out", run, "--steps", ends[0], *self.options,
                     "--set", f"checkpoint.keep={len(ends)}")
        for end in ends[1:]:
            self.succeed("train", "--resume", run, "--steps", end)

    def refuse_to_resume(self, saying):
        before = contents(self.run_folder)
        self.refuse("train", "--resume", self.run_folder, "--steps", 1000, saying=saying)
        self.assertEqual(contents(self.run_folder), before)


class Checkpoints(DamagedRun):
    least_files = 10  # some segments of the replay among them

    def test_falls_back_from_a_damaged_one_and_says_why(self):
        good = self.hashes(self.run_folder)
        before, newest = checkpoints(self.run_folder)
        files = sorted(file.name for file in newest.iterdir())
        self.assertGreaterEqual(len(files), self.least_files, files)
        # CheckpointDamageTest has all kinds of damage to all kinds of files.
        for number, name in enumerate(files):
            damage, damaged = list(DAMAGES.items())[number % len(DAMAGES)]
            with self.subTest(f"{name} {damage}"):
                content = (newest / name).read_bytes()
                (newest / name).unlink()  # so that no other checkpoint shares what is written
                if damaged is not None:
                    (newest / name).write_bytes(damaged(content))
                output = self.succeed("train", "--resume", self.run_folder)
                self.assertIn(str(newest / name), output)
                self.assertIn(f"resumed from {before}\n", output)
                self.assertEqual(self.hashes(self.run_folder), good)
        self.assertEqual(checkpoints(self.run_folder), [before, newest])
        self.assertEqual([int(row["episode"]) for row in episodes(self.run_folder)],
                         list(range(1, len(episodes(self.run_folder)) + 1)))
        self.assertEqual([step for step, _ in scalars(self.run_folder)["policy/epsilon"]],
                         list(range(100, 1000, 100)))

    def test_refuses_to_resume_without_a_good_one(self):
        for checkpoint in checkpoints(self.run_folder):
            file = checkpoint / "trainer.state"
            file.write_bytes(file.read_bytes()[:-1])
        self.refuse_to_resume(["no good checkpoint", "trainer.state"])
        shutil.rmtree(self.run_folder / "checkpoints")
        self.refuse_to_resume("no checkpoint")

    def test_refuses_those_of_another_game(self):
        other = self.folder / "other"
        self.train("catch", other, 1200)
        shutil.copytree(checkpoints(other)[-1],
                        self.run_folder / "checkpoints" / checkpoints(other)[-1].name)
        self.refuse_to_resume([checkpoints(other)[-1].name, "settings other than those"])

    def test_rejects_one_under_another_name(self):
        before, newest = checkpoints(self.run_folder)
        newest.rename(newest.with_name("step_000001000"))
        output = self.succeed("train", "--resume", self.run_folder)
        self.assertIn("step_000001000 holds a checkpoint of step 900", output)
        self.assertIn(f"resumed from {before}\n", output)


    def test_inspect_says_which_are_unusable_and_why(self):
        before, newest = checkpoints(self.run_folder)
        state, manifest = newest / "trainer.state", before / "manifest.json"
        state.write_bytes(state.read_bytes()[:-1])
        manifest.write_text(re.sub(r'"format_version": *\d+', '"format_version": 1',
                                   manifest.read_text()))
        done = arcadeq("inspect", self.run_folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"{newest}: unusable: {state} is damaged: ", done.stdout)
        self.assertIn(f"{before}: unusable: {manifest} has format 1, but this program", done.stdout)
        self.assertEqual(done.stderr, f"arcadeq: {self.run_folder} has no good checkpoint\n")


class CheckpointsOfPqn(Checkpoints):
    options = [*SHORT, *SHORT_PQN]
    least_files = 7


class SharedSegments(DamagedRun):
    def test_damage_affects_exactly_the_checkpoints_that_share_it(self):
        run = self.folder / "shared"
        self.train("cartpole", run, 300, 600, 900)
        good = self.hashes(run)
        oldest, *others = checkpoints(run)
        shared = [file for file in others[0].glob("*.segment") if file.stat().st_nlink > 1 and
                  file.stat().st_ino not in [old.stat().st_ino for old in oldest.iterdir()]]
        self.assertTrue(shared, "segments that were full in others[0] and not before")
        content = shared[0].read_bytes()
        shared[0].write_bytes(flip(content, len(content) // 2))  # in place: in both of them
        output = self.succeed("train", "--resume", run)
        for checkpoint in others:
            self.assertIn(str(checkpoint / shared[0].name), output)
        self.assertIn(f"resumed from {oldest}\n", output)
        self.assertEqual(self.hashes(run), good)


class OtherFiles(DamagedRun):
    def test_configuration(self):
        config = self.run_folder / "config.toml"
        text = config.read_text()
        self.assertIn("gamma = 0.99", text)
        for damaged, saying in [
                (text.replace("gamma = 0.99", "gamma = 0.98"), "settings other than those"),
                (text.replace("gamma = 0.99", "gamma = 7"), "agent.gamma"),
                (text.replace("gamma = 0.99", "gamma ="), "config.toml:"),
                (text[:len(text) // 2], "config.toml"),
                (text.replace("capacity = 3000\n", ""), "lacks settings"),
                ("", "has no settings")]:
            with self.subTest(damaged[:20]):
                config.write_text(damaged)
                self.refuse_to_resume(saying)
                if saying in ("lacks settings", "has no settings"):
                    self.refuse("evaluate", self.run_folder, saying=saying)
        config.unlink()
        self.refuse_to_resume("config.toml")

    def test_texts_that_would_control_the_terminal(self):
        config = self.run_folder / "config.toml"
        config.write_text(config.read_text().replace('game = "cartpole"', r'game = "\u001b[2J"'))
        (checkpoints(self.run_folder)[0] / "\x1b[2J").touch()
        done = arcadeq("inspect", self.run_folder)
        self.assertNotIn("\x1b", done.stdout + done.stderr)
        self.assertEqual(done.stdout.count(r"\x1b[2J"), 2, done.stdout)

    def test_events(self):
        for file in self.run_folder.glob("events.out.tfevents.*"):
            content = file.read_bytes()
            for damaged in [content[:-1], b"", flip(content, 20), flip(content, len(content) - 5)]:
                file.write_bytes(damaged)
                self.refuse_to_resume(file.name)
            file.unlink()
            self.refuse_to_resume(file.name)
            file.write_bytes(content)

    def test_episodes(self):
        file = self.run_folder / "episodes.csv"
        content = file.read_bytes()
        for damaged in [content[:-1], b"", flip(content, len(content) // 2),
                        content[:content.index(b"\n") + 1] * 1000]:
            file.write_bytes(damaged)
            self.refuse_to_resume("episodes.csv")
        file.unlink()
        self.refuse_to_resume("episodes.csv")

    def test_drops_what_a_crash_left_after_the_checkpoint(self):
        file = max(self.run_folder.glob("events.out.tfevents.*"))
        with file.open("ab") as events, (self.run_folder / "episodes.csv").open("ab") as rows:
            events.write(b"\x10\0\0\0")
            rows.write(b"78,1")
        half = self.run_folder / "checkpoints" / "step_000000950.partial"
        half.mkdir()
        (half / "trainer.state").write_bytes(b"half")
        never = self.folder / "never"
        self.train("cartpole", never, 1300)
        self.succeed("train", "--resume", self.run_folder, "--steps", 1300)
        self.assert_same_run(self.run_folder, never)
        self.assertFalse(half.exists())

    def test_weights(self):
        file = max((self.run_folder / "weights").iterdir())
        content = file.read_bytes()
        for damaged in [content[:-1], b"", flip(content, len(content) - 100), content + b"\0"]:
            file.write_bytes(damaged)
            self.refuse("evaluate", self.run_folder, saying=file.name)


class NotARun(ProgramTest):
    def test_creates_nothing_in_it(self):
        file = self.folder / "file"
        file.write_text("mine")
        empty = self.folder / "empty"
        empty.mkdir()
        for path in [file, empty, self.folder / "none"]:
            self.refuse("train", "--resume", path, saying=str(path))
            self.refuse("inspect", path, saying=str(path))
        self.assertEqual(sorted(self.folder.iterdir()), [empty, file])
        self.assertEqual(list(empty.iterdir()), [])
        self.assertEqual(arcadeq("train", "--resume", "").returncode, 2)


if __name__ == "__main__":
    unittest.main()
