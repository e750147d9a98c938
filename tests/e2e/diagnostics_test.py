"""TensorBoard shows the state of the network, and a warning reports a network that dies."""

import unittest

from events import scalars
from program import ProgramTest

LAYERS = ["conv1", "conv2", "advantage_hidden", "value_hidden"]
ACTIONS = ["LEFT", "NOOP", "RIGHT"]


class Diagnostics(ProgramTest):
    def train(self, *options):
        """The console's warnings of a run, and its curves."""
        run = self.folder / "run"
        console = self.succeed("train", "--preset", "catch", "--steps", 1500, "--set", "train.learning_starts=300",
                               "--set", "record.diagnostics_every_steps=500", "--out", run, *options)
        return [line for line in console.splitlines() if line.startswith("Warning: ")], scalars(run)

    def test_excessive_learning_rate(self):
        warnings, curves = self.train("--set", "optimizer.learning_rate=0.1")
        (warning,) = [line for line in warnings if "are dead" in line]
        self.assertIn("optimizer.learning_rate", warning)
        self.assertIn("network.normalisation = channels", warning)
        self.assertGreater(max(curves[f"network/dead_units/{layer}"][-1][1] for layer in LAYERS), 0.75)

    def test_ordinary_run(self):
        warnings, curves = self.train()
        self.assertEqual(warnings, [])
        for layer in LAYERS:
            points = curves[f"network/dead_units/{layer}"]
            self.assertEqual([step for step, _ in points], [500, 1000, 1500])
            self.assertLess(max(share for _, share in points), 0.75)
        self.assertGreater(curves["network/effective_rank"][-1][1], 2)
        for _, score in curves["episode/random_return"]:
            self.assertTrue(-1 <= score < 0, "random play misses more often than not")
        for points in zip(*[curves[f"policy/action_share/{action}"] for action in ACTIONS]):
            self.assertAlmostEqual(sum(share for _, share in points), 1, places=5)

    def test_without_inspections(self):
        _, curves = self.train("--set", "record.diagnostics_every_steps=0")
        self.assertFalse([tag for tag in curves if tag.startswith("network/")])


if __name__ == "__main__":
    unittest.main()
