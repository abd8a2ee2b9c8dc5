"""Documentation that cannot rot: every setting, command, option and target is described, and every link leads somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from hotspots.cli.main import app
from hotspots.settings import Settings

CHECKOUT = Path(__file__).parents[2]
PAGES = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md"), *(CHECKOUT / "models").rglob("*.md")])


def commands(command: Any, name: str = "hotspots") -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its full name."""
    if hasattr(command, "commands"):
        for word, inner in command.commands.items():
            yield from commands(inner, f"{name} {word}")
    else:
        yield name, command


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described_in_operations(name: str) -> None:
    assert f"`HOTSPOTS_{name.upper()}`" in (CHECKOUT / "docs/operations.md").read_text()
    assert Settings.model_fields[name].description


def test_operations_describes_no_setting_that_is_gone() -> None:
    described = set(re.findall(r"`HOTSPOTS_([A-Z_]+)`", (CHECKOUT / "docs/operations.md").read_text()))
    assert described <= {name.upper() for name in Settings.model_fields} | {"CHROMIUM", "NEWER_POSTGRES_BIN"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_described_with_all_its_options(name: str) -> None:
    page = (CHECKOUT / "docs/cli.md").read_text()
    assert f"`{name}" in page or f"\n{name}" in page
    missing = [
        option.opts[0]
        for option in COMMANDS[name].params
        if option.param_type_name == "option" and option.opts[0] != "--help" and option.opts[0] not in page
    ]
    assert missing == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    assert "Example" in (COMMANDS[name].help or "")
    assert name in COMMANDS[name].help


def test_every_target_of_the_makefile_says_what_it_does() -> None:
    makefile = (CHECKOUT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    assert targets is not None
    assert sorted(re.findall(r"^([a-z]+):.*## ", makefile, flags=re.MULTILINE)) == sorted(targets.group(1).split())


@pytest.mark.parametrize("document", PAGES, ids=lambda document: str(document.relative_to(CHECKOUT)))
def test_every_relative_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text())
    relative = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in relative if not (document.parent / link).exists()] == []


def test_the_changelog_has_a_place_for_what_is_unreleased() -> None:
    assert "\n## Unreleased\n" in (CHECKOUT / "CHANGELOG.md").read_text()


def test_no_docstring_begins_with_what() -> None:
    """Verb first, or the thing by its name: a sentence whose subject is "What …" must be read twice."""
    sources = [file for folder in ("hotspots", "models", "dashboard") for file in (CHECKOUT / folder).rglob("*.py")]
    found = [str(file.relative_to(CHECKOUT)) for file in sources if re.search(r'"""What ', file.read_text())]
    assert found == []


def test_no_message_says_what_a_thing_is_none_of() -> None:
    sources = [file for folder in ("hotspots", "dashboard") for file in (CHECKOUT / folder).rglob("*.py")]
    found = [
        str(file.relative_to(CHECKOUT)) for file in sources if re.search(r"(it is|is) none of \{", file.read_text())
    ]
    assert found == []
