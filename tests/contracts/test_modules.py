"""Every module can be imported alone, and no import runs in a circle."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp

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


def test_no_import_runs_in_a_circle() -> None:
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True)
    above = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    state: dict[str, int] = {}
    circles: list[str] = []

    def visit(module: str, path: tuple[str, ...]) -> None:
        state[module] = 1
        for lower in sorted(above[module]):
            if state.get(lower) == 1:
                circles.append(" > ".join([*path[path.index(lower) :], lower]) if lower in path else lower)
            elif lower not in state:
                visit(lower, (*path, lower))
        state[module] = 2

    for module in sorted(graph.modules):
        if module not in state:
            visit(module, (module,))
    assert circles == []


def test_no_folder_is_a_flat_room() -> None:
    """A folder of more than some twenty files of its own hides the architecture."""
    crowded = {}
    for package, folder in PACKAGES.items():
        for room in (CHECKOUT / folder / package).rglob("*"):
            if room.is_dir() and "vendor" not in room.parts:
                own = [file for file in room.glob("*.py") if file.name != "__init__.py"]
                if len(own) > 24:
                    crowded[str(room.relative_to(CHECKOUT))] = len(own)
    assert crowded == {}
