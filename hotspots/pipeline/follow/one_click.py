"""Unsubscribing by one click of the mail program (RFC 8058): two fields of the head, whose address takes a POST and needs no session."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import EmailPolicy

UNSUBSCRIBE = "List-Unsubscribe"


class BareAddresses(EmailPolicy):
    """Write the address that deletes a subscription bare and on one line.

    The library folds a long address into encoded words, which no mail program reads in this field (RFC 2369).
    """

    def fold(self, name: str, value: str) -> str:
        """One field as text."""
        return f"{name}: {value}{self.linesep}" if name == UNSUBSCRIBE else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """One field as bytes."""
        return self.fold(name, value).encode("ascii") if name == UNSUBSCRIBE else super().fold_binary(name, value)


def let_unsubscribe(message: EmailMessage, address: str) -> None:
    """Name the address that ends such mails: a page for whoever opens it, an act for the mail program that posts to it.

    One click is promised over https alone, as the standard asks.
    """
    message[UNSUBSCRIBE] = f"<{address}>"
    if address.startswith("https://"):
        message[f"{UNSUBSCRIBE}-Post"] = "List-Unsubscribe=One-Click"
