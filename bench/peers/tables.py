"""The tables in Markdown, from what was measured.

`groups` is the report's part of that name: {key: {what, unit, subjects: {name: {values, failure}}}}.
"""

import statistics
from dataclasses import dataclass

from plan import OURS

RATES = ("steps/s", "frames/s")
EAGER = "PyTorch eager"


@dataclass(frozen=True)
class Goal:
    """A goal: for a ratio of ours to theirs, above 1 if ours is faster, or for a figure of ours alone."""

    what: str
    group: str
    theirs: str | None
    goal: float
    floor: float
    unit: str = "x"
    ours: str = OURS

    def measured(self, groups):
        """None if something was not measured."""
        ours, theirs = median(groups, self.group, self.ours), None
        if ours is None:
            return None
        if self.theirs is None:
            return ours
        theirs = median(groups, self.group, self.theirs)
        if theirs is None:
            return None
        ratio = ours / theirs if groups[self.group]["unit"] in RATES else theirs / ours
        return 100 * ratio if self.unit == "%" else ratio

    def verdict(self, value):
        def reaches(bound):
            return value <= bound if self.goal < self.floor else value >= bound

        if value is None:
            return "not measured"
        return "goal" if reaches(self.goal) else "floor" if reaches(self.floor) else "below the floor"


ALL_GOALS = (
    Goal("agent steps/s of the article's recipe, against TensorFlow 2", "article", "TensorFlow 2, the script", 20, 11),
    Goal("update of the article's network, 1 thread, against PyTorch", "update-article-1", EAGER, 3, 2.3),
    Goal("the same, 2 threads", "update-article-2", EAGER, 3.5, 2.5),
    Goal("the same, 1 thread: share of the FMA peak", "alone", None, 85, 70, "%", "share of the FMA peak"),
    Goal("Nature's recipe, steps/s, against Stable-Baselines3", "nature", "Stable-Baselines3", 5, 3.3),
    Goal("Nature's recipe, steps/s, against CleanRL's algorithm", "nature", "CleanRL's algorithm", 4.5, 2.8),
    Goal("environment, all cores, against ALE's vector environment", "environment", "ALE's vector environment", 2, 1.5),
    Goal("environment, all cores, against EnvPool", "environment", "EnvPool", 2, 1.5),
    Goal("environment, one core, against the bare ALE loop", "emulator", "bare ALE loop", 95, 88, "%"),
    Goal("bytes a stored step, all included", "memory", None, 900, 1200, "bytes", "a stored step"),
    Goal("sampling a compressed batch, share of the update", "alone", None, 2, 5, "%", "sampling a compressed batch"),
    Goal("resident memory with 1M frames stored", "memory", None, 1.1e9, 1.6e9, "bytes", "1,000,000 frames stored"),
)


def median(groups, group, subject):
    """None if it was not measured."""
    values = groups.get(group, {}).get("subjects", {}).get(subject, {}).get("values")
    return statistics.median(values) if values else None


def goals_table(groups):
    rows = []
    for goal in (goal for goal in ALL_GOALS if goal.group in groups):
        value = goal.measured(groups)
        unit = groups[goal.group]["unit"]
        sides = [quantity(median(groups, goal.group, name), unit) if name else "" for name in (goal.ours, goal.theirs)]
        bounds = [quantity(bound, goal.unit) for bound in (value, goal.goal, goal.floor)]
        rows.append((goal.what, *sides, *bounds, goal.verdict(value)))
    return table(("what", "ours", "theirs", "measured", "goal", "floor", "reached"), rows)


def subjects_table(groups):
    rows = []
    for group in groups.values():
        what = group["what"]
        for name, result in group["subjects"].items():
            values = result["values"]
            if values:
                spread = f"{number(min(values))} - {number(max(values))}" if len(values) > 1 else ""
                rows.append((what, name, quantity(statistics.median(values), group["unit"]), spread))
            else:
                rows.append((what, name, "-", result["failure"]))
            what = ""
    return table(("what", "who", "median", "least - most"), rows)


def quantity(value, unit):
    if value is None:
        return "-"
    if unit == "bytes" and value >= 1e6:
        return f"{value / 1e9:.2f} GB"
    return number(value) + {"x": "x", "%": " %"}.get(unit, f" {unit}")


def number(value):
    """At least three significant digits."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(head, rows):
    """In Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "/") for cell in line) + " |" for line in lines)
