"""`arcadeq report`: a page of real runs, whole and damaged, finished and in progress, that requests nothing."""

import base64
import hashlib
import html.parser
import os
import random
import re
import shutil
import signal
import subprocess
import unittest

from program import arcadeq, catch_plan, contents, ProgramTest, SHORT_PQN, start


class Page(html.parser.HTMLParser):
    """The elements and the texts of a page. Fails on elements that are not closed, or not open."""

    VOID = {"meta", "input", "br", "img"}
    SVG_VOID = {"line", "polyline", "polygon"}

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.texts = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert tag in self.SVG_VOID, tag
        self.tags.append(tag)
        self.attributes.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, (tag, self.open)

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return " ".join(self.texts)

    def all(self, tag, name):
        return [attributes[name] for each, attributes in self.attributes if each == tag and name in attributes]


CHROMIUM = shutil.which("chromium")

# Clicks at the left and the right end of the first curve, and prints what each click chose.
CLICKS = """<iframe id="page" src="report.html" style="width:1000px;height:2000px"></iframe><pre id="chosen"></pre>
<script>
page.onload = () => {
  const inside = page.contentDocument, area = inside.querySelector(".area.choosable"), box = area.getBoundingClientRect();
  for (const x of [box.left, box.right]) {
    area.dispatchEvent(new page.contentWindow.MouseEvent("click", {bubbles: true, clientX: x, clientY: box.top}));
    const shown = [...inside.querySelectorAll(".videos figure")].filter((f) => getComputedStyle(f).display !== "none");
    chosen.textContent += shown.length + " " + inside.querySelector(".videos > input:checked").id + " "
        + inside.querySelector(".pin.chosen").htmlFor + ";";
  }
};
</script>"""


class Report(ProgramTest):
    def train(self, name, *options, seed=1):
        run = self.folder / name
        run.parent.mkdir(parents=True, exist_ok=True)
        self.succeed("train", "--game", "catch", *SHORT_PQN, "--steps", 4000, "--seed", seed, "--out", run,
                     "--set", "record.gif_every_episodes=100", "--set", "record.diagnostics_every_steps=500", *options)
        return run

    def report(self, *arguments):
        out = self.folder / "report.html"
        self.succeed("report", *arguments, "--out", out)
        return Page(out.read_text())

    def test_a_run(self):
        run = self.train("mine", "--profile", self.folder / "mine" / "profile.json")
        before = contents(run)
        self.assertIn("last 100 training episodes", self.report(run).text)
        self.assertEqual(contents(run), before)
        evaluation = self.succeed("evaluate", run, "--json", "--episodes", 20)
        (run / "evaluation.json").write_text(evaluation)
        page = self.report(run)
        self.assertIn("mean of 20 games (protocol training", page.text)
        for title in ["Learning curve", "Q-values", "Loss", "Epsilon", "Share of dead units",
                      "Throughput, steps per second", "Where the time goes", "environment", "To repeat the run"]:
            self.assertIn(title, page.text)
        self.assertNotIn("Left out of this report", page.text)

        # Every point and button of a video selects one that is there.
        images = page.all("img", "src")
        self.assertEqual(len(images), len(list((run / "videos").iterdir())))
        for image in images:
            kind, data = image.split(",")
            self.assertEqual(kind, "data:image/gif;base64")
            self.assertIn(base64.b64decode(data, validate=True),
                          [path.read_bytes() for path in (run / "videos").iterdir()])
        ids = page.all("input", "id")
        self.assertEqual(len(ids), len(set(ids)))
        self.assertLessEqual(set(page.all("label", "for")), set(ids))
        self.assertEqual(len([each for each in page.all("label", "class") if each.startswith("pin")]), 3 * len(images))

    def test_the_command_repeats_the_run(self):
        run = self.train("first", "--set", "agent.gamma=0.9", seed=7)
        command = re.search(r"arcadeq train --preset .*", self.report(run).text)[0].split()
        self.succeed(*command[1:], "--out", self.folder / "again")
        self.assert_same_run(run, self.folder / "again")

    def test_requests_nothing(self):
        run = self.train("mine")
        page = self.report(run)
        text = (self.folder / "report.html").read_text()
        self.assertNotRegex(text, r"https?:|url\(|@import|<link|srcset")
        self.assertTrue(all(source.startswith("data:") for source in page.all("img", "src")))
        self.assertEqual(page.tags.count("script"), 1)
        self.assertEqual(page.all("script", "src"), [])
        script = re.search(r"<script>(.*)</script>", text, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        self.assertIn(f"script-src 'sha256-{digest}'", text, "the policy allows this script alone")

    def test_a_sweep(self):
        plan, out = self.folder / "plan.toml", self.folder / "out"
        plan.write_text(catch_plan(out, steps=3000))
        self.succeed("sweep", plan)
        text = self.report(out).text
        for words in ["base, low", "4 of 2 agents", "2 runs, each 4 games", "Thin lines are single seeds",
                      "agent.gamma", "To repeat the runs"]:
            self.assertIn(words, text)
        self.assertIn("mean of 2 runs", self.report(out / "low").text)
        self.assertEqual(self.report(out / "low", out / "low-seed1", f"{out}/low-seed2/").text.count("--seed 1"), 1)

    def test_a_run_in_progress(self):
        run = self.folder / "run"
        process = start("train", "--game", "catch", *SHORT_PQN, "--steps", 10**8, "--out", run)
        self.wait_until(lambda: (run / "episodes.csv").exists() and (run / "episodes.csv").stat().st_size > 2000, process)
        self.assertIn("in progress", self.report(run).text)
        process.send_signal(signal.SIGINT)
        process.communicate()
        self.assertNotIn("in progress", self.report(run).text)

    def test_hostile_names(self):
        name = "<img src=x onerror=alert(1)>'\"&amp;"
        run = self.train(name)
        (run / "odd<script>.json").write_text("{")
        page = self.report(run)
        self.assertIn(name, page.text)
        self.assertEqual(page.tags.count("script"), 1)
        self.assertNotIn("x", page.all("img", "src"))
        self.assertIn("odd<script>.json", page.text)
        self.assertFalse([name for _, attributes in page.attributes for name in attributes if name.startswith("on")])

    def test_damaged_runs(self):
        run = self.train("run")
        files = [path for path in contents(run) if path.parts[0] not in ("checkpoints", "weights")]
        chance = random.Random(1)
        for path in files:
            content = (run / path).read_bytes()
            damaged = bytearray(content)
            for _ in range(20):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            for changed in [b"", content[:len(content) // 2], bytes(damaged), None]:
                (run / path).unlink(missing_ok=True)
                if changed is not None:
                    (run / path).write_bytes(changed)
                page = self.report(run)
                self.assertIn("To repeat the run" if path.name != "config.toml" else "Learning curve", page.text)
                if changed is None and path.parts[0] != "videos":
                    self.assertIn("Left out of this report", page.text, path)
            (run / path).write_bytes(content)
        self.assertNotIn("Left out of this report", self.report(run).text)

    def test_a_run_of_a_later_version(self):
        run = self.train("run")
        config = run / "config.toml"
        config.write_text(config.read_text() + "later = 3\n")
        done = arcadeq("report", run, "--out", self.folder / "report.html")
        self.assertRegex(done.stderr, r"config.toml: .*know these settings.*: \w+\.later;")
        text = Page((self.folder / "report.html").read_text()).text
        for words in ["Catch", "As they stand in the file", "agent.gamma", ".later", "last 100 training episodes"]:
            self.assertIn(words, text)
        self.assertNotIn("To repeat the run", text)

    def test_damaged_rows(self):
        run = self.train("run")
        table = run / "episodes.csv"
        rows = table.read_text().splitlines(keepends=True)
        rows[3], rows[8] = "x\n", rows[8].replace(",", ";")
        table.write_text("".join(rows))
        done = arcadeq("report", run, "--out", self.folder / "report.html")
        self.assertIn(f"episodes.csv:4: expected the row of an episode; of {len(rows) - 1} rows 2 are damaged; left out",
                      done.stderr)
        text = Page((self.folder / "report.html").read_text()).text
        self.assertIn("last 100 training episodes", text)
        self.assertNotIn("No episode has ended yet", text)

    def test_videos_are_limited(self):
        run = self.train("run")
        page = self.report(run, "--videos", 0)
        self.assertEqual(page.all("img", "src"), [])
        self.assertRegex(page.text, r"0 of \d+ videos, 0.0 MB; at most 0.0 MB are embedded")

    @unittest.skipUnless(CHROMIUM, "there is no chromium")
    def test_choosing_a_point_in_a_browser(self):
        page = self.report(self.train("run"))
        videos = [each for each in page.all("input", "id") if each.startswith("video")]
        (self.folder / "clicks.html").write_text(CLICKS)
        done = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-web-security",
             "--allow-file-access-from-files", f"--user-data-dir={self.folder / 'profile'}",
             "--virtual-time-budget=5000", "--dump-dom", f"file://{self.folder / 'clicks.html'}"],
            capture_output=True, text=True, timeout=300)
        self.assertIn('<pre id="chosen">' + "".join(f"1 {video} {video};" for video in (videos[0], videos[-1])), done.stdout)

    def test_output(self):
        run = self.train("run")
        target, link = self.folder / "target.html", self.folder / "link.html"
        link.symlink_to(target)
        self.succeed("report", run, "--out", link)
        self.assertTrue(link.is_symlink())
        self.assertTrue(target.read_text().startswith("<!DOCTYPE html>"))
        self.refuse("report", run, "--out", "/dev/null", saying=["/dev/null", "a device"])
        self.refuse("report", run, "--out", self.folder, saying="a directory")
        self.refuse("report", run, "--out", self.folder / "none" / "x.html", saying="none/x.html")
        self.assertTrue(os.path.exists("/dev/null"))

    def test_bad_input(self):
        run = self.train("run")
        out = self.folder / "out.html"
        self.refuse("report", "--out", out, saying="runs is required")
        self.refuse("report", run, saying="--out is required")
        self.refuse("report", self.folder / "none", "--out", out, saying=["none", "does not exist"])
        self.refuse("report", self.folder, "--out", out, saying="is not a run")
        self.refuse("report", "/dev/zero", "--out", out, saying="is not a run")
        self.refuse("report", run, "--out", out, "--videos", -1, saying="--videos")
        self.succeed("train", "--game", "cartpole", *SHORT_PQN, "--steps", 200, "--out", self.folder / "pole")
        self.refuse("report", run, self.folder / "pole", "--out", out, saying=["catch", "cartpole"])
        self.assertFalse(out.exists())


if __name__ == "__main__":
    unittest.main()
