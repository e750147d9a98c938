"""Runs the commands of a Markdown page, and writes what they print into the page.

    python3 tools/transcript.py docs/getting-started.md --shell "ssh bare-machine bash"

The commands are the lines that begin with "$ " in blocks of ```console, continued after a backslash. One shell
runs all of them, in order; everything else in these blocks is replaced by what it prints. Numbers after the
language limit the output of each command: ```console 6 4 keeps its first 6 and its last 4 lines, with "..." for those
between.
"""

import argparse
import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"^```console(?: (\d+) (\d+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (?:.*\\\n)*.*\n", re.MULTILINE)
END = "-- end of output:"


class Shell:
    def __init__(self, command):
        self.process = subprocess.Popen(command, shell=True, text=True, errors="replace", stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run(self, command):
        """The lines that `command` prints, on either stream."""
        self.process.stdin.write(f"{{ {command}\n}} </dev/null\necho; echo '{END}' $?\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            print(line, end="", flush=True)
            if line.startswith(END):
                if lines and not lines[-1]:
                    lines.pop()  # that of the `echo` before
                return lines
            lines.append(line.rstrip())
        sys.exit(f"the shell ended in: {command}")


def excerpt(lines, first, last):
    if len(lines) <= first + last + 1:
        return lines
    return [*lines[:first], "...", *lines[len(lines) - last:]]


def rerun(block, shell):
    language, first, last = "console", *(int(number) if number else None for number in block.groups()[:2])
    output = []
    for command in COMMAND.findall(block[3]):
        print(command, end="", flush=True)
        lines = shell.run(command.removeprefix("$ ").rstrip("\n"))
        if first is not None:
            lines = excerpt(lines, first, last)
        output += [command, *(line + "\n" for line in lines)]
    if first is not None:
        language += f" {first} {last}"
    return f"```{language}\n{''.join(output)}```"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--shell", default="bash", help="command that reads shell commands from its standard input")
    options = parser.parse_args()
    shell = Shell(options.shell)
    options.page.write_text(BLOCK.sub(lambda block: rerun(block, shell), options.page.read_text()))


if __name__ == "__main__":
    main()
