"""`arcadeq compare`: runs, sweeps and evaluations, good and bad."""

import json
import random
import unittest

from program import arcadeq, catch_plan, ProgramTest


class Compare(ProgramTest):
    def write(self, name, scores, **changes):
        evaluation = {"game": "catch", "weights": "w", "protocol": "training", "epsilon": 0.0, "seed": 1,
                      "episodes": len(scores), "scores": scores, **changes}
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(evaluation))
        return path

    def write_agent(self, name, means):
        for number, mean in enumerate(means):
            self.write(f"{name}/{number}.json", [mean - 1, mean + 1])
        return self.folder / name

    def test_evaluations_of_runs(self):
        for seed in [1, 2]:
            self.succeed("train", "--game", "catch", "--steps", 100, "--seed", seed, "--out", self.folder / f"run{seed}")
            result = self.succeed("evaluate", self.folder / f"run{seed}", "--json", "--epsilon", seed / 2)
            (self.folder / f"{seed}.json").write_text(result)
        one, other = self.folder / "1.json", self.folder / "2.json"
        done = arcadeq("compare", one, other)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("catch: raw scores; an agent has only one run", done.stdout)
        self.assertRegex(done.stdout, rf"{one} - {other}: -?\d+\.\d \(95 % interval ")
        self.assertIn("warning: the scores were not made on the same terms", done.stderr)
        self.assertEqual(arcadeq("compare", one, other).stdout, done.stdout)
        # Runs without an evaluation, by their training episodes.
        self.assertIn("probability that a game of", self.succeed("compare", self.folder / "run1", self.folder / "run2"))

    def test_several_seeds(self):
        better = self.write_agent("better", [510, 520, 530, 540])
        worse = self.write_agent("worse", [410, 420, 430, 440])
        text = self.succeed("compare", worse, better)
        self.assertIn(f"{worse} - {better}: -100.0 (95 % interval ", text)
        self.assertIn("scores higher: 0.00 (95 % interval 0.00 to 0.00)", text)
        self.assertRegex(text, rf"{better} is better than {worse} \(p = 0\.0[23]\d\d\)")
        unsure = self.write_agent("unsure", [400, 500, 600])
        self.assertRegex(self.succeed("compare", unsure, better), r"undecided \(p = .*about \d+ runs of each, \d+ more")
        self.assertEqual(self.succeed("compare", unsure, better, worse).count("\n"), 5)

    def test_json_says_what_the_text_says(self):
        better = self.write_agent("better", [510, 520, 530, 540])
        worse = self.write_agent("worse", [410, 420, 430, 440])
        text = self.succeed("compare", worse, better)
        comparison = json.loads(self.succeed("compare", worse, better, "--json"))
        self.assertEqual((comparison["games"], comparison["scores"], comparison["intervals_over"]), (["catch"], "raw", "runs"))
        for agent, path, mean in zip(comparison["agents"], [worse, better], [425, 525]):
            self.assertEqual((agent["name"], agent["episodes"], agent["mean"]["value"]), (str(path), 8, mean))
            self.assertEqual([run["name"] for run in agent["runs"]], [f"{number}.json" for number in range(4)])
            self.assertEqual(agent["runs"][0]["scores"], [mean - 16, mean - 14])
            self.assertRegex(text, r"{} +4 +8 +{:.1f} +{:.1f} to {:.1f} +{:.1f} +{:.1f} to {:.1f} ".format(
                agent["name"], *(number for measure in [agent["mean"], agent["interquartile_mean"]]
                                 for number in [measure["value"], *measure["interval_95"]])))
        duel = comparison["duel"]
        self.assertIn("{first} - {second}: {difference[value]:.1f} (95 % interval {difference[interval_95][0]:.1f} to "
                      "{difference[interval_95][1]:.1f})".format(**duel), text)
        self.assertIn("{second} is better than {first} (p = {p_value:.4f})".format(**duel), text)
        self.assertEqual(duel["verdict"], "worse")

        unsure = self.write_agent("unsure", [400, 500, 600])
        duel = json.loads(self.succeed("compare", unsure, better, "--json"))["duel"]
        self.assertEqual(duel["verdict"], "undecided")
        self.assertIn(f"about {duel['runs_needed']} runs of each, {duel['more_runs_needed']} more, ",
                      self.succeed("compare", unsure, better))

        other = self.write("other.json", [400, 410], epsilon=0.5)
        done = arcadeq("compare", other, better, "--json")
        self.assertEqual(len(json.loads(done.stdout)["warnings"]), 1)
        self.assertEqual(done.stderr.count("warning: "), 1)

    def test_a_sweep(self):
        plan = self.folder / "plan.toml"
        out = self.folder / "out"
        plan.write_text(catch_plan(out, steps=150))
        self.succeed("sweep", plan)
        for arguments in [[out], [out / "base", out / "low"], [out / "base", f"{out}/low"]]:
            text = self.succeed("compare", *arguments)
            self.assertIn("catch: raw scores; intervals are over runs\n", text)
            self.assertRegex(text, r"base +2 +8 ")

    def test_bad_input(self):
        good = self.write("good.json", [1, 2])
        self.refuse("compare", good, saying="two agents")
        self.refuse("compare", good, self.folder / "none", saying=["none", "does not exist"])
        self.refuse("compare", good, self.write("pong.json", [1, 2], game="pong"), saying=["catch", "pong"])
        self.refuse("compare", good, self.write("few.json", [1, 2], episodes=3), saying=["few.json", "one score per game"])
        self.refuse("compare", good, self.write("none.json", []), saying="none.json")
        self.refuse("compare", good, "/dev/zero", saying="/dev/zero")
        (self.folder / "empty").mkdir()
        self.refuse("compare", good, self.folder / "empty", saying="holds no runs")
        self.refuse("compare", saying="agents is required")

    def test_damaged_json(self):
        good = self.write("good.json", [1, 2, 3])
        content = good.read_bytes()
        self.write("odd.json", [1, 2, 3], game="\x1b[2J")
        self.refuse("compare", good, self.folder / "odd.json", saying=["odd.json", r"\x1b[2J"])
        chance = random.Random(1)
        damaged = self.folder / "damaged.json"
        for _ in range(60):
            changed = bytearray(content)
            for _ in range(chance.randint(1, 4)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            damaged.write_bytes(changed[:chance.randint(0, len(changed))] if chance.random() < 0.3 else changed)
            done = arcadeq("compare", good, damaged)
            self.assertIn(done.returncode, [0, 2], f"{bytes(changed)}\n{done.stderr}")
            if done.returncode == 2:
                self.assertEqual(done.stderr.count("\n"), 1, done.stderr)


if __name__ == "__main__":
    unittest.main()
