"""Includes and link lists under src/ follow the layers in docs/architecture.md.

usage: layers_test.py SOURCE_DIRECTORY
"""

import pathlib
import re
import sys
import tempfile
import unittest

PAGE = pathlib.Path(__file__).parents[1] / "docs/architecture.md"
ROW = re.compile(r"^\| `src/(\w+)` \|.*\| ([^|]*)\|$", re.MULTILINE)


def layers_of(page: str) -> dict[str, set[str]]:
    """The layers that each layer may use besides itself, from the page's table."""
    layers: dict[str, set[str]] = {}
    for folder, may_include in ROW.findall(page):
        named = set(re.findall(r"`(\w+)`", may_include))
        layers[folder] = set(layers) - named if may_include.startswith("all above") else named
    return layers


LAYERS = layers_of(PAGE.read_text(encoding="utf-8"))
INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]')
LINK = re.compile(r"\barcadeq_(%s)\b" % "|".join(LAYERS))


def violations(src: pathlib.Path) -> list[str]:
    """One line for each include or link that goes against the arrows, and for each unknown folder."""
    found = []
    for folder in sorted(path for path in src.iterdir() if path.is_dir()):
        if folder.name not in LAYERS:
            found.append(f"{folder.name}/: not a layer; give it its place in {PAGE.name}")
            continue
        allowed = LAYERS[folder.name] | {folder.name}
        for path in sorted(folder.rglob("*")):
            if path.suffix not in (".h", ".cc") and path.name != "CMakeLists.txt":
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                place = f"{path.relative_to(src)}:{number}"
                if path.name == "CMakeLists.txt":
                    used = set(LINK.findall(line))
                else:
                    include = INCLUDE.match(line)
                    used = {include[1].split("/")[0]} & LAYERS.keys() if include else set()
                    if include and ".." in include[1].split("/"):
                        found.append(f"{place}: {include[1]} is not rooted at src/")
                found += [f"{place}: {folder.name} uses {layer}" for layer in sorted(used - allowed)]
    return found


class LayersTest(unittest.TestCase):
    source_directory: pathlib.Path

    def test_source_tree(self):
        self.assertEqual(violations(self.source_directory / "src"), [])

    def test_reads_the_table(self):
        self.assertEqual(layers_of("| `src/a` | a | |\n| `src/b` | b | `a` |\n| `src/c` | c | all above but `a` |\n"),
                         {"a": set(), "b": {"a"}, "c": {"b"}})
        self.assertIn("app", LAYERS)

    def found_in(self, name: str, text: str) -> list[str]:
        """The violations in a tree of one file."""
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, name)
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
            return violations(pathlib.Path(directory))

    def test_accepts_what_lies_below(self):
        self.assertEqual(self.found_in("agent/x.cc", '#include <vector>\n#include "nn/network.h"\n'), [])
        self.assertEqual(self.found_in("nn/kernels/x.cc", '#include "hwy/foreach_target.h"\n'), [])
        self.assertEqual(self.found_in("env/CMakeLists.txt", "arcadeq_library(arcadeq_env LINK arcadeq_base)\n"), [])

    def test_refuses_a_layer_above(self):
        self.assertEqual(self.found_in("base/x.h", '#include "env/env.h"\n'), ["base/x.h:1: base uses env"])

    def test_refuses_a_sibling(self):
        self.assertEqual(self.found_in("nn/kernels/x.cc", '\n #  include <replay/replay.h>\n'),
                         ["nn/kernels/x.cc:2: nn uses replay"])

    def test_refuses_a_relative_include(self):
        self.assertEqual(self.found_in("nn/x.cc", '#include "../replay/replay.h"\n'),
                         ["nn/x.cc:1: ../replay/replay.h is not rooted at src/"])

    def test_refuses_a_link(self):
        self.assertEqual(self.found_in("record/CMakeLists.txt", "  LINK arcadeq_base\n  PRIVATE_LINK arcadeq_train)\n"),
                         ["record/CMakeLists.txt:2: record uses train"])

    def test_refuses_an_unknown_folder(self):
        self.assertEqual(len(self.found_in("util/x.h", "")), 1)


if __name__ == "__main__":
    LayersTest.source_directory = pathlib.Path(sys.argv.pop(1))
    unittest.main()
