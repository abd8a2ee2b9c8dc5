"""``docs/cli.md`` and ``docs/api.md`` describe what there is: every command with its options, every route, and nothing that is gone."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from hotspots.api.app import create_api
from hotspots.api.filter_parameters import PARAMETERS
from hotspots.cli.main import app

DOCS = Path(__file__).parents[2] / "docs"


def commands(command: Any, name: str = "hotspots") -> Iterator[tuple[str, Any]]:
    if hasattr(command, "commands"):
        for word, inner in command.commands.items():
            yield from commands(inner, f"{name} {word}")
    else:
        yield name, command


COMMANDS = dict(commands(typer.main.get_command(app)))


def sections() -> dict[str, str]:
    parts = re.split(r"^## `(.+)`$", (DOCS / "cli.md").read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_page_has_a_section_for_each_command_and_for_nothing_else() -> None:
    assert set(sections()) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_section_lists_exactly_the_options_of_its_command(name: str) -> None:
    listed = re.findall(r"^\| `(--[a-z-]+)` \|", sections()[name], flags=re.MULTILINE)
    options = [option.opts[0] for option in COMMANDS[name].params if option.param_type_name == "option"]
    assert sorted(listed) == sorted(option for option in options if option != "--help")


def test_the_api_page_names_every_route_and_parameter() -> None:
    page = (DOCS / "api.md").read_text()
    api = create_api(reader=None)  # pyright: ignore[reportArgumentType]  (its description needs no database)
    for path, methods in api.openapi()["paths"].items():
        for method in methods:
            assert f"`{method.upper()} /api{path}`" in page
    for name in PARAMETERS:
        assert f"`{name}`" in page
