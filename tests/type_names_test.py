"""Every type of a namespace has a name of its own: the program would link two of the same name without a word.

usage: type_names_test.py SOURCE_DIRECTORY
"""

import collections
import pathlib
import re
import sys
import tempfile
import unittest

NAMESPACE = re.compile(r"^namespace ([\w:]+) \{")
TYPE = re.compile(r"^(?:template <.*>\s*)?(?:class|struct|union|enum(?: class)?) (\w+)\b(?!::)[^;]*\{")


def types_defined_twice(src: pathlib.Path) -> list[str]:
    """One line for each type that two headers define, apart from those for tests."""
    headers = collections.defaultdict(list)
    for path in sorted(src.rglob("*.h")):
        if "testing" in path.parts:
            continue
        namespace = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if found := NAMESPACE.match(line):
                # A nested one begins with the innermost part only.
                namespace = found[1] if found[1].startswith("arcadeq") else f"{namespace}::{found[1]}"
            elif found := TYPE.match(line):
                headers[f"{namespace}::{found[1]}"].append(str(path.relative_to(src)))
    return [f"{name}: {', '.join(places)}" for name, places in headers.items() if len(places) > 1]


class TypeNamesTest(unittest.TestCase):
    source_directory: pathlib.Path

    def test_source_tree(self):
        self.assertEqual(types_defined_twice(self.source_directory / "src"), [])

    def test_finds_one_defined_twice(self):
        with tempfile.TemporaryDirectory() as directory:
            src = pathlib.Path(directory)
            declares = "namespace arcadeq {\nclass B;\n"
            (src / "a.h").write_text("namespace arcadeq {\nstruct A {\n};\nclass B {\n};\n", encoding="utf-8")
            (src / "b.h").write_text(declares + "enum class A { kOne };\n", encoding="utf-8")
            (src / "c.h").write_text("namespace arcadeq::other {\nstruct A {\n};\n", encoding="utf-8")
            self.assertEqual(types_defined_twice(src), ["arcadeq::A: a.h, b.h"])


if __name__ == "__main__":
    TypeNamesTest.source_directory = pathlib.Path(sys.argv.pop(1))
    unittest.main()
