"""Documentation that cannot rot: every setting, command, option and target is described, and every link leads somewhere."""

import re
from collections import Counter
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


def linked(document: Path) -> Iterator[tuple[str, str]]:
    """The file and the anchor of each link that stays in the checkout."""
    for file, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", document.read_text()):
        if not re.match(r"[a-z]+:", file):
            yield file, anchor


def anchors(document: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: list[str] = []
    for heading in re.findall(
        r"^#{1,6} (.*)$", re.sub(r"^```.*?^```", "", document.read_text(), flags=re.M | re.S), re.M
    ):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "").strip().lower()
        name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        found.append(f"{name}-{again}" if (again := found.count(name)) else name)
    return set(found)


@pytest.mark.parametrize("document", PAGES, ids=lambda document: str(document.relative_to(CHECKOUT)))
def test_every_link_leads_to_a_file_and_to_a_heading_in_it(document: Path) -> None:
    lost = [
        f"{file}#{anchor}"
        for file, anchor in linked(document)
        if not (target := document.parent / file if file else document).exists()
        or (anchor and target.suffix == ".md" and anchor not in anchors(target))
    ]
    assert lost == []


@pytest.mark.parametrize("document", PAGES, ids=lambda document: str(document.relative_to(CHECKOUT)))
def test_every_path_that_a_page_names_exists(document: Path) -> None:
    if document.name == "CHANGELOG.md":
        return  # tells of what was
    folders = "hotspots|models|dashboard|tests|docs|sql|deploy|scripts|notebooks"
    named = re.findall(rf"`((?:{folders})/[\w./-]+)`", document.read_text())
    assert [path for path in named if not re.search("NNNN|NAME", path) and not (CHECKOUT / path).exists()] == []


def test_the_readme_leads_to_every_page_of_the_documentation() -> None:
    reached, ahead = set(), [CHECKOUT / "README.md"]
    while ahead:
        document = ahead.pop().resolve()
        if document not in reached and document.suffix == ".md":
            reached.add(document)
            ahead += [
                document.parent / file for file, _ in linked(document) if file and (document.parent / file).is_file()
            ]
    pages = {page.resolve() for page in (CHECKOUT / "docs").rglob("*.md")}
    assert {str(page.relative_to(CHECKOUT)) for page in pages - reached} == set()


@pytest.mark.parametrize("document", PAGES, ids=lambda document: str(document.relative_to(CHECKOUT)))
def test_every_page_begins_with_its_title(document: Path) -> None:
    assert re.match(r"# \S", document.read_text())


CHANGELOG = (CHECKOUT / "CHANGELOG.md").read_text()


def test_every_line_of_the_changelog_stands_once() -> None:
    lines = Counter(line for line in CHANGELOG.splitlines() if line.startswith("- "))
    assert [line for line, times in lines.items() if times > 1] == []


def test_a_release_has_each_heading_once() -> None:
    for release in re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)[1:]:
        headings = re.findall(r"^### (.*)$", release, flags=re.MULTILINE)
        assert headings == [
            name for name in ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security") if name in headings
        ]


def test_the_changelog_names_each_migration_once_and_by_its_number() -> None:
    """Two lines with one number: one of them was written before its migration got another."""
    there = {file.name[:4] for file in (CHECKOUT / "sql/migrations").glob("*.sql")}
    named = Counter(re.findall(r"\bmigration (\d{4})\b", CHANGELOG))
    assert [number for number in named if number not in there] == []
    assert [number for number, times in named.items() if times > 1] == []


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
