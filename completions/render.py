#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Makes the completions for bash, zsh and fish: render.py ROWS FOLDER

ROWS is the program completions/rows, which prints the tables of options; FOLDER gets
bash/NAME, zsh/_NAME and fish/NAME.fish of each of its programs. What is the same for all
options is in the templates beside this file. "make update-completions" calls it.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Option:
    """A row of a table of options."""

    short: str  # "-e", or nothing
    long: str  # "--event"
    kind: str  # flag, any, file, dir, word or list
    argument: str  # "LIST"
    words: list[str]
    help: str

    @property
    def names(self) -> list[str]:
        return [name for name in (self.short, self.long) if name]


@dataclass
class Program:
    name: str
    has_command: str  # true or false: it may be followed by -- COMMAND
    options: list[Option] = field(default_factory=list)


def read_programs(text: str) -> list[Program]:
    """What completions/rows has printed; its first comment has the format."""
    programs: list[Program] = []
    for line in text.splitlines():
        what, *columns = line.split("\t")
        if what == "program":
            name, has_command = columns
            programs.append(Program(name, has_command))
        else:
            short, long, kind, argument, words, meaning = columns
            option = Option(short, long, kind, argument, words.split(), meaning)
            programs[-1].options.append(option)
    return programs


def quote(text: str) -> str:
    """As one word of bash and zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


def quote_fish(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def wrap(words: Iterable[str], indent: str) -> str:
    """Words in lines of at most 90 columns."""
    text = " ".join(words)
    return textwrap.fill(
        text,
        90 - 7 * indent.count("\t"),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def bash_cases(program: Program) -> str:
    """What _NAME_kind knows: the options that take a value, together if it is the same."""
    names: dict[tuple[str, str], list[str]] = {}
    for option in program.options:
        if option.kind != "flag":
            names.setdefault((option.kind, " ".join(option.words)), []).extend(option.names)
    lines = []
    for (kind, words), alike in names.items():
        # textwrap breaks at no such blank.
        pattern = wrap([f"{name}\u00a0|" for name in alike], "\t").replace("\u00a0", " ")
        lines.append(pattern.removesuffix(" |").replace("|\n", "| \\\n") + ")")
        lines.append(f"\t\tkind={quote(kind)}")
        if len(words) > 60:
            lines.append("\t\tvalues='\n" + wrap([words], "\t\t\t") + "\n\t\t'")
        elif words:
            lines.append(f"\t\tvalues={quote(words)}")
        lines.append("\t\t;;")
    return "\n".join(lines)


def bash_names(program: Program) -> str:
    return wrap([name for option in program.options for name in option.names], "\t\t")


def zsh_action(option: Option) -> str:
    """What _arguments calls for a value."""
    words = " ".join(option.words)
    actions = {
        "any": " ",
        "file": "_files",
        "dir": "_files -/",
        "word": f"({words})",
        "list": f"_values -s , {option.argument} {words}",
    }
    return actions[option.kind]


def zsh_options(program: Program) -> str:
    """The specifications of _arguments; each may be given again."""
    lines = []
    for option in program.options:
        meaning = option.help
        for character in "\\[]:":
            meaning = meaning.replace(character, "\\" + character)
        value = ""
        signs = {"-": "", "--": ""}
        if option.kind != "flag":
            value = f":{option.argument}:{zsh_action(option)}"
            signs = {"-": "+", "--": "="}
        for name in option.names:
            sign = signs["--" if name.startswith("--") else "-"]
            lines.append("\t\t" + quote(f"*{name}{sign}[{meaning}]{value}"))
    return "\n".join(lines)


def fish_options(program: Program) -> str:
    lines = []
    for option in program.options:
        line = f"complete -c {program.name}"
        if option.short:
            line += f" -s {option.short[1:]}"
        line += f" -l {option.long[2:]}"
        words = " ".join(option.words)
        line += {
            "flag": "",
            "any": " -x",
            "file": " -r -F",
            "dir": " -x -a '(__fish_complete_directories)'",
            "word": f" -x -a '{words}'",
            "list": f" -x -a '(__{program.name}_list {words})'",
        }[option.kind]
        lines.append(f"{line} -d {quote_fish(option.help)}")
    return "\n".join(lines)


def fill(template: str, program: Program, places: dict[str, str]) -> str:
    folder = Path(__file__).resolve().parent
    text = (folder / template).read_text(encoding="utf-8")
    for place, value in {**places, "HAS_COMMAND": program.has_command}.items():
        text = text.replace(f"@{place}@", value)
    return text.replace("PROGRAM", program.name)


def render(program: Program) -> dict[str, str]:
    """The files of a program: path below the folder, and content."""
    return {
        f"bash/{program.name}": fill(
            "template.bash",
            program,
            {"CASES": bash_cases(program), "NAMES": bash_names(program)},
        ),
        f"zsh/_{program.name}": fill(
            "template.zsh",
            program,
            {"OPTIONS": zsh_options(program)},
        ),
        f"fish/{program.name}.fish": fill(
            "template.fish",
            program,
            {"OPTIONS": fish_options(program)},
        ),
    }


def main(rows: str, folder: str) -> None:
    run = subprocess.run([rows], stdout=subprocess.PIPE, encoding="utf-8", check=True)
    for program in read_programs(run.stdout):
        for name, text in render(program).items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
