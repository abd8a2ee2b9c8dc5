"""As much of a PDF as the tests ask about: its objects, with compressed streams opened."""

import re
import zlib


def pdf_text(pdf: bytes) -> str:
    """The objects in clear, Latin-1; what cannot be opened, such as fonts, stays closed."""
    parts = [re.sub(rb"stream\r?\n.*?endstream", b"", pdf, flags=re.DOTALL)]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, flags=re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            parts.append(stream)
    return b"\n".join(parts).decode("latin-1")


def pdf_strings(text: str, key: str) -> list[str]:
    """The text strings under a key, such as ``/Alt``."""
    found: list[str] = []
    for plain, coded in re.findall(rf"/{key}\s*(?:\(((?:[^()\\]|\\.)*)\)|<([0-9A-Fa-f]*)>)", text, flags=re.DOTALL):
        raw = (
            bytes.fromhex(coded)
            if coded
            else re.sub(r"\\([0-7]{3}|.)", _unescaped, plain, flags=re.DOTALL).encode("latin-1")
        )
        found.append(raw.decode("utf-16") if raw.startswith(b"\xfe\xff") else raw.decode("latin-1"))
    return found


def _unescaped(match: "re.Match[str]") -> str:
    word = match[1]
    return chr(int(word, 8)) if len(word) == 3 else {"n": "\n", "r": "\r", "t": "\t"}.get(word, word)
