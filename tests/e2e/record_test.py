"""record films exactly the game that it names, in every format."""

import json
import re
import unittest

from program import ProgramTest

MAGIC = {"gif": (0, b"GIF89a"), "webp": (8, b"WEBP"), "mp4": (4, b"ftyp")}


class Record(ProgramTest):
    def setUp(self):
        super().setUp()
        self.run_folder = self.folder / "run"
        self.succeed("train", "--preset", "catch", "--steps", 50, "--out", self.run_folder)

    def record(self, name, *options):
        """Films a game; returns its number, score and the film's content."""
        film = self.folder / name
        text = self.succeed("record", self.run_folder, "--out", film, *options)
        line = re.compile(r": game (\d+) of seed \d+, (\d+) steps, raw score (-?\d+\.\d), ")
        number, steps, score = line.search(text).groups()
        self.assertEqual(steps, "9")
        return int(number), float(score), film.read_bytes()

    def scores(self, *options):
        return json.loads(self.succeed("evaluate", self.run_folder, "--json", *options))["scores"]

    def test_films_the_games_that_evaluate_plays(self):
        options = ["--seed", 7, "--epsilon", 0.5]
        scores = self.scores("--episodes", 6, *options)
        self.assertEqual(set(scores), {-1, 1})
        for number in 1, 3, 6:
            self.assertEqual(self.record("x.gif", *options, "--number", number)[:2], (number, scores[number - 1]))
        self.assertEqual(self.record("x.gif", *options)[:2], (1, scores[0]))

    def test_formats(self):
        for extension, (offset, magic) in MAGIC.items():
            with self.subTest(extension):
                films = {}
                for overlay in [], ["--overlay"]:
                    number, score, film = self.record(f"x.{extension}", *overlay)
                    self.assertEqual(film[offset:offset + len(magic)], magic)
                    self.assertEqual(film, self.record(f"y.{extension}", *overlay)[2])
                    films[film] = number, score
                self.assertEqual(len(films), 2, "an overlay changes nothing")
                self.assertEqual(len(set(films.values())), 1)

    def test_the_best_and_the_median(self):
        options = ["--seed", 3, "--epsilon", 0.5]
        scores = self.scores("--episodes", 20, *options)
        for option, expected in [("--best-of", max(scores)), ("--median-of", sorted(scores)[9])]:
            with self.subTest(option):
                number, score, film = self.record("x.webp", option, 20, *options)
                self.assertEqual(score, expected)
                self.assertEqual(number, scores.index(expected) + 1)
                self.assertEqual(self.record("y.webp", "--number", number, *options)[2], film)

    def test_bad_input(self):
        before = sorted(self.folder.iterdir())
        for name in "x.avi", "x", "gif":
            self.refuse("record", self.run_folder, "--out", self.folder / name,
                        saying=["cannot write", name, "a film's name ends in .gif, .webp or .mp4"])
        out = ["--out", self.folder / "x.gif"]
        self.refuse("record", self.run_folder, *out, "--best-of", 3, "--median-of", 3,
                    saying=["--best-of", "--median-of"])
        self.refuse("record", self.run_folder, *out, "--best-of", 3, "--number", 3, saying=["--best-of", "--number"])
        for option, value in [("--best-of", 0), ("--median-of", "x"), ("--number", 0), ("--number", -1)]:
            self.refuse("record", self.run_folder, *out, option, value, saying=[option, str(value)])
        self.assertEqual(sorted(self.folder.iterdir()), before)


if __name__ == "__main__":
    unittest.main()
