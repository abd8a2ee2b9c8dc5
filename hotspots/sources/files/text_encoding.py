"""Bytes of a text file as UTF-8: any encoding, with or without a byte order mark, and the lines that are no text."""

from __future__ import annotations

import codecs

from hotspots.sources.files.archives import UnreadableFileError

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

MOST_ZEROS = 100  # bytes for a zero byte, in a text
ONE_BYTE_MARKS = ("utf-8", "ascii", "iso8859", "cp125", "cp437", "cp850", "mac", "koi8")  # encodings, by Python's names


def as_utf8(data: bytes, encoding: str, *, is_beginning: bool = True) -> tuple[bytes, dict[int, str]]:
    """The text in UTF-8 with line feeds between lines, and the lines that are not text, by number.

    A byte order mark says more than the city file: the text is read as the mark says, and the mark is left out. Where one in a hundred
    of a file's first bytes is zero, it is no text; a few are a fault of their lines.

    Raises
    ------
    UnreadableFileError
        The content is not text.
    """
    marked = next((name for mark, name in MARKS.items() if data.startswith(mark)), None)
    name = codecs.lookup(marked or encoding).name
    if marked == "utf-8":
        data = data.removeprefix(codecs.BOM_UTF8)
    wide = name.startswith(("utf-16", "utf-32"))
    head = data[: 1 << 16]
    if is_beginning and not wide and head.count(b"\0") * MOST_ZEROS > len(head):
        raise UnreadableFileError(f"it is not text: a zero byte at {head.find(0)}")
    bad: dict[int, str] = {}
    try:
        text = data.decode(name)
        utf8 = data if name in ("utf-8", "ascii") else text.encode()
    except UnicodeDecodeError as error:
        if wide:
            raise UnreadableFileError(f"it is not {name if marked else encoding} text (byte {error.start})") from None
        utf8 = _line_by_line(data, name, marked or encoding, bad)
    utf8 = utf8.removeprefix(codecs.BOM_UTF8)
    if b"\0" in utf8:
        for number, line in enumerate(utf8.split(b"\n"), start=1):
            if b"\0" in line:
                bad.setdefault(number, "it holds a zero byte")
        utf8 = utf8.replace(b"\0", b"\\0")  # PostgreSQL's text has none
    if b"\r" in utf8 and b"\n" not in utf8:
        utf8 = utf8.replace(b"\r", b"\n")
    return utf8, bad


def is_cut_at_line_feeds(data: bytes, encoding: str) -> bool:
    """Whether a text that begins so may be cut behind any byte of a line feed: no byte of another letter looks like it, or like a quote."""
    if any(data.startswith(mark) for mark in MARKS if mark != codecs.BOM_UTF8):
        return False
    return codecs.lookup(encoding).name.startswith(ONE_BYTE_MARKS) and b"\n" in data


def _line_by_line(data: bytes, name: str, encoding: str, bad: dict[int, str]) -> bytes:
    lines = data.split(b"\n")
    for index, line in enumerate(lines):
        if line.isascii():
            continue
        try:
            lines[index] = line.decode(name).encode()
        except UnicodeDecodeError as error:
            bad[index + 1] = f"it is not {encoding} text"
            lines[index] = line.decode("ascii", errors="backslashreplace").encode()
            del error
    return b"\n".join(lines)
