"""The tree holds together: every C++ file is built, and nothing in it is true of one machine only.

usage: tree_test.py SOURCE_DIRECTORY
"""

import pathlib
import re
import sys
import unittest

FOLDERS = (".ci", "bench", "cmake", "configs", "docs", "fuzz", "src", "tests", "tools")
# Which registry serves packages is for the machine's own configuration to say.
REGISTRY_HOST = re.compile(r"\b(pypi\.org|pythonhosted\.org|(deb|snapshot)\.debian\.org|archive\.ubuntu\.com)\b")
MACHINE_PATH = re.compile(r"(?<![\w.$})*~-])/((home|Users)/\w+|root|work|tmp)/")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def anchors(page):
    """The names under which a page's headings can be linked to."""
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(page)}


class TreeTest(unittest.TestCase):
    source_directory: pathlib.Path

    def lines(self):
        """(place, line) for every line of text in the tree."""
        files = [path for path in self.source_directory.iterdir()
                 if path.is_file() and path.name != ".git"]  # which a worktree has
        for folder in FOLDERS:
            files += [path for path in (self.source_directory / folder).rglob("*") if path.is_file()]
        for path in sorted(files):
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:  # binary
                continue
            for number, line in enumerate(text.splitlines(), start=1):
                yield f"{path.relative_to(self.source_directory)}:{number}", line

    def test_patterns(self):
        for text in ("https://%s/simple" % ".".join(("pypi", "org")), ".".join(("files", "pythonhosted", "org"))):
            self.assertRegex(text, REGISTRY_HOST)
        for text in ('"/%s/someone/run"' % "home", "--out /%s/run" % "tmp"):
            self.assertRegex(text, MACHINE_PATH)
        for text in ("$OUT/%s/run" % "tmp", "build/%s/x" % "work", "./%s/x" % "tmp"):
            self.assertNotRegex(text, MACHINE_PATH)

    def test_names_no_registry_and_no_path_of_one_machine(self):
        self.assertEqual([f"{place}: {line.strip()}" for place, line in self.lines()
                          if REGISTRY_HOST.search(line) or MACHINE_PATH.search(line)], [])

    def test_every_link_of_a_page_leads_somewhere(self):
        pages = [*self.source_directory.glob("*.md"), *(self.source_directory / "docs").rglob("*.md")]
        broken, links = [], 0
        for page in pages:
            for path, anchor in LINK.findall(page.read_text(encoding="utf-8")):
                links += 1
                target = page.parent / path if path else page
                if not target.exists() or anchor and anchor not in anchors(target.read_text(encoding="utf-8")):
                    broken.append(f"{page.relative_to(self.source_directory)}: {path}#{anchor}")
        self.assertGreater(links, 100)
        self.assertEqual(broken, [])

    def test_every_cc_file_is_built(self):
        """Named, with or without its suffix, in the CMakeLists.txt of its folder or of one above it."""
        unbuilt = []
        for folder in ("bench", "fuzz", "src", "tests"):
            top = self.source_directory / folder
            for path in sorted(top.rglob("*.cc")):
                lists = [parent / "CMakeLists.txt" for parent in path.parents if top in (parent, *parent.parents)]
                words = {pathlib.PurePath(word).name for file in lists if file.exists()
                         for word in re.split(r"[\s()\"]+", file.read_text(encoding="utf-8"))}
                if not words & {path.name, path.stem}:
                    unbuilt.append(str(path.relative_to(self.source_directory)))
        self.assertEqual(unbuilt, [])


if __name__ == "__main__":
    TreeTest.source_directory = pathlib.Path(sys.argv.pop(1))
    unittest.main()
