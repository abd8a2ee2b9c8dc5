"""Every module can be imported alone, and no import runs in a circle."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

CHECKOUT = Path(__file__).parents[2]
PACKAGES = {"hotspots": ".", "hotspots_models": "models", "hotspots_dashboard": "dashboard"}
ALONE = """
import importlib, os, sys
packages, modules = set(sys.argv[1].split(",")), sys.argv[2].split(",")
for module in modules:  # once all together, so that the libraries are there
    importlib.import_module(module)
for module in modules:
    child = os.fork()
    if child:
        if os.waitpid(child, 0)[1]:
            print(module)
        continue
    for name in [name for name in sys.modules if name.split(".")[0] in packages]:
        del sys.modules[name]
    try:
        importlib.import_module(module)
    except BaseException as error:
        os.write(2, f"{module}: {error!r}".encode())
        os._exit(1)
    os._exit(0)
"""


def modules() -> Iterator[str]:
    for package, folder in PACKAGES.items():
        root = CHECKOUT / folder
        for file in sorted((root / package).rglob("*.py")):
            yield ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def test_every_module_can_be_imported_alone() -> None:
    """In a process of its own each, which has seen libraries and nothing of ours."""
    asked = [sys.executable, "-c", ALONE, ",".join(PACKAGES), ",".join(modules())]
    found = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=CHECKOUT)
    assert (found.stdout, found.returncode) == ("", 0), found.stderr


IMPORTS = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=False, cache_dir=None)


def circle(imported_by: Mapping[str, set[str]]) -> list[str]:
    """One circle among these, each imported by the one before it; empty where there is none."""
    try:
        TopologicalSorter(imported_by).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) in (
        ["a", "c", "b", "a"],
        ["b", "a", "c", "b"],
        ["c", "b", "a", "c"],
    )
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_no_import_runs_in_a_circle() -> None:
    """Not among modules, even where only a type is imported: what needs each other's words cannot be read one at a time."""
    assert circle({module: IMPORTS.find_modules_directly_imported_by(module) for module in IMPORTS.modules}) == []


@pytest.mark.parametrize("folder", sorted({module.rpartition(".")[0] for module in IMPORTS.modules} - {""}))
def test_no_import_runs_in_a_circle_among_the_rooms_of_a_folder(folder: str) -> None:
    """A room and a file beside it, or two rooms, of which each imports something of the other."""
    rooms = {room: {room} | IMPORTS.find_descendants(room) for room in IMPORTS.find_children(folder)}
    home = {module: room for room, inside in rooms.items() for module in inside}
    imported = {
        room: {
            home[lower]
            for module in inside
            for lower in IMPORTS.find_modules_directly_imported_by(module)
            if lower in home
        }
        for room, inside in rooms.items()
    }
    assert circle({room: lower - {room} for room, lower in imported.items()}) == []


MOST_FILES = 20
FLAT = {
    "docs/decisions": "a series: read by its number, listed in its README",
    "hotspots/pipeline/act": "to be cut: plans from actions",
    "hotspots/pipeline/at_risk": "to be cut: the files that a list is written to",
    "hotspots/pipeline/load": "to be cut: the signs that a delivery is not to be believed",
    "sql/migrations": "a series: applied in the order of its numbers",
}


def test_no_folder_is_a_flat_room() -> None:
    """A folder of more than twenty files of its own hides the architecture."""
    crowded = {}
    for top in ("hotspots", "models", "dashboard", "sql", "docs", "deploy", "scripts", "notebooks"):
        for room in [CHECKOUT / top, *(CHECKOUT / top).rglob("*")]:
            if room.is_dir() and not {"vendor", "__pycache__"} & set(room.parts):
                own = [file for file in room.iterdir() if file.is_file() and file.name != "__init__.py"]
                if len(own) > MOST_FILES:
                    crowded[room.relative_to(CHECKOUT).as_posix()] = len(own)
    assert crowded.keys() == FLAT.keys(), crowded


LONGEST_FILE = 300
# Longer ones, and why they are not cut (yet).
LONG = {
    "dashboard/hotspots_dashboard/assets/map.js": "one component: MapLibre's own handlers share its state",
    "dashboard/hotspots_dashboard/public/concerns/pages.py": "one class of routes over one form",
    "hotspots/pipeline/desk/layers.py": "a table of layers, and one function for each",
    "hotspots/domain/honest_number.py": "the values of one answer, each with its words",
    "hotspots/pipeline/at_risk/at_risk.py": "to be cut: notes of a list",
    "hotspots/pipeline/load/map_layers.py": "to be cut: streets and their names",
    "hotspots/store/public/recent/recent_incidents.py": "one class: the columns in memory, and each question of them",
    "hotspots/store/staff/door.py": "one class: each thing that the door asks of the database is a method of a line or two",
    "hotspots/store/public/search.py": "to be cut: what a typed text may mean, and shapes round it",
    "hotspots/pipeline/load/checks.py": "one list of signs, in the order in which they are said",
    "hotspots/sources/boundaries.py": "to be cut: shapes of a file, and their checks",
    "hotspots/sources/drafting/time_guess.py": "to be cut: guesses from names of columns, and from their content",
    "hotspots/sources/times.py": "to be cut: words and parts of times, and changes of the clock",
    "hotspots/store/public/reader.py": "one class: each public question is a method of a line or two",
}


def test_a_file_tells_one_thing() -> None:
    """Past three hundred lines it tells two."""
    files = [*(CHECKOUT / folder / package for package, folder in PACKAGES.items())]
    long = {
        file.relative_to(CHECKOUT).as_posix(): lines
        for package in files
        for file in package.rglob("*")
        if file.suffix in {".py", ".js"} and "vendor" not in file.parts
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long.keys() == LONG.keys(), long
