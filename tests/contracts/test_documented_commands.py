"""Every `hotspots` command that a page, a notebook or a unit shows is one that the command line takes."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from hotspots.cli.main import app
from hotspots.settings import Settings

CHECKOUT = Path(__file__).parents[2]
PAGES = sorted(
    file
    for file in [
        *CHECKOUT.glob("*.md"),
        *(
            file
            for top in ("docs", "models", "dashboard", "deploy", "notebooks")
            for file in (CHECKOUT / top).rglob("*")
        ),
    ]
    if file.suffix in {".md", ".service"} or (file.suffix == ".py" and file.parent.name == "notebooks")
    if not {"vendor", "decisions"} & set(file.parts) and file.name != "CHANGELOG.md"  # tells of what was
)
COMMAND = re.compile(r"""(?:^\s*|\$ |&& |; |\| |bin/|[A-Z_]+=\S+ )hotspots ((?:[^#;&|>()`"]|"[^"`]*")*)""")
NO_SETTING = {"CHROMIUM", "NEWER_POSTGRES_BIN"}  # of the tests
OPEN = re.compile(r"…|\.\.\.|\[|<")  # where words stand for others, only the command's name is held
CLI: Any = typer.main.get_command(app)


def commands(page: Path) -> Iterator[tuple[str, bool]]:
    """Each command of a page, and whether it stands alone in a block, where it is meant to be run as it is."""
    is_block = False
    for line in page.read_text().replace("\\\n", " ").split("\n"):
        if line.lstrip().startswith("```"):
            is_block = not is_block
        elif is_block or page.suffix == ".service":
            yield from ((found.strip(), True) for found in COMMAND.findall(line))
        else:
            for code in re.findall(r"`+([^`]+)`+", line):
                yield from ((found.strip(), False) for found in COMMAND.findall(code))


def fault(line: str, *, whole: bool) -> str | None:
    """Why the command line would not take this; a command that is only mentioned may leave out what it needs."""
    words, command = shlex.split(line), CLI
    context = command.context_class(command, info_name="hotspots")
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        if words[0] not in command.commands:
            return f"there is no command {words[0]!r}"
        command = command.commands[words.pop(0)]
        context = command.context_class(command, parent=context)
    if hasattr(command, "commands") or OPEN.search(line) or "--help" in words:
        return None
    try:
        given, left, _ = command.make_parser(context).parse_args(args=words)
        if whole:
            for parameter in command.params:
                parameter.handle_parse_result(context, given, [])
    except Exception as error:  # noqa: BLE001  (Typer keeps a private copy of Click)
        say = getattr(error, "format_message", None)
        message = say() if say else str(error)
        if "does not exist" in message or (not whole and "requires an argument" in message):
            return None  # a file of the reader's
        return message
    return f"{' '.join(left)!r} is too much" if left else None


@pytest.mark.parametrize("document", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_every_command_of_a_page_is_taken_by_the_command_line(document: Path) -> None:
    faults = {line: fault(line, whole=whole) for line, whole in commands(document) if re.match(r"[a-z-]", line)}
    assert {line: why for line, why in faults.items() if why} == {}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("lode demo", "there is no command 'lode'"),
        ("load demo --data x --dry", "No such option"),
        ("status all", "too much"),
        ("incidents --format yaml", "yaml"),
        ("forecast", "Missing option"),
    ],
)
def test_a_command_that_is_not_there_is_found(line: str, why: str) -> None:
    assert why.casefold() in (fault(line, whole=True) or "").casefold()


def test_every_setting_that_is_named_exists() -> None:
    known = {f"HOTSPOTS_{name.upper()}" for name in Settings.model_fields} | {f"HOTSPOTS_{name}" for name in NO_SETTING}
    named = {(page.name, word) for page in PAGES for word in re.findall(r"HOTSPOTS_[A-Z_]*[A-Z]", page.read_text())}
    assert {(page, word) for page, word in named if word not in known} == set()
