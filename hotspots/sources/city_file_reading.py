"""Find and read a city file; a problem names the file, the key and what is allowed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from hotspots.errors import CityFileError, InputError
from hotspots.sources.city_file import CityFile
from hotspots.sources.city_values import closest
from hotspots.sources.time_values import TIME_TABLES

SHIPPED = Path(__file__).parent.parent / "cities"


def find_city_file(name: str) -> Path:
    """The path of a city file: a path as given, or the bare name of a shipped one such as ``chicago``.

    Raises
    ------
    InputError
        There is no such file.
    """
    path = Path(name)
    if path.is_file():
        return path
    shipped = {file.stem: file for file in sorted(SHIPPED.glob("*.toml"))}
    if name in shipped:
        return shipped[name]
    raise InputError(f"City file {name!r} does not exist{closest(name, shipped)}; shipped are {', '.join(shipped)}.")


def read_city_file(path: Path) -> CityFile:
    """Read and check a city file.

    Raises
    ------
    CityFileError
        It cannot be read; the message names the file, the key and what is allowed.
    """
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise CityFileError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise CityFileError(f"{path} is not UTF-8 text (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        hint = "; write text with a backslash in single quotes: 'C:\\data\\*.csv'" if "escape" in str(error) else ""
        raise CityFileError(f"{path} is not TOML: {error}{hint}") from None
    try:
        return CityFile.model_validate(content)
    except ValidationError as error:
        raise CityFileError(_in_words(path, error)) from None


def _in_words(path: Path, error: ValidationError) -> str:
    problems = [_problem(entry) for entry in error.errors()]
    # A union reports each of its members; the ones that only say "this is the other member" are noise.
    unique = list(dict.fromkeys(problems))
    return "\n".join(f"{path.name}: {problem}" for problem in unique[:8])


def _problem(entry: Any) -> str:
    location, model = _key(entry["loc"])
    kind = entry["type"]
    if kind == "extra_forbidden":
        name = str(entry["loc"][-1])
        allowed = [field.alias or key for key, field in model.model_fields.items()] if model else []
        return f"{location} is not a key of a city file{closest(name, allowed)}; allowed here are {', '.join(allowed)}"
    if kind == "missing" and location == "area":
        return (
            "area is missing: give at least one [[area]] with kind, label, file and code, such as the city's boundary, "
            "and name its kind in city.study_area"
        )
    if kind == "missing":
        return f"{location} is missing"
    message = entry["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if kind == "value_error":
        return f"{location}: {message}" if location else message
    given = f", not {entry['input']!r}" if isinstance(entry["input"], (str, int, float, bool)) else ""
    hint = closest(str(entry["input"]), _words(entry)) if kind == "literal_error" else ""
    return f"{location}: {message[:1].lower()}{message[1:]}{given}{hint}"


def _words(entry: Any) -> list[str]:
    return [word.strip(" '") for word in str(entry.get("ctx", {}).get("expected", "")).replace(" or ", ",").split(",")]


def _key(loc: tuple[int | str, ...]) -> tuple[str, type[BaseModel] | None]:
    """The dotted key of an error, 1-based in lists, and the table that it belongs to."""
    words: str = ""
    model: type[BaseModel] | None = CityFile
    for part in loc:
        if isinstance(part, int):
            words += f"[{part + 1}]"
        elif part == "[key]":  # what is wrong is the key before it
            continue
        elif part in TIME_TABLES:  # which member of a union it was, not a key
            model = TIME_TABLES[part]
        else:
            words += f".{part}" if words else part
            fields = model.model_fields if model else {}
            field = next((field for key, field in fields.items() if part in (key, field.alias)), None)
            if field is not None:
                model = next(iter(_models(field.annotation)), None)
    return words, model


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models(argument)]
