"""Texts as a terminal may show them, whoever's names are in them."""

from __future__ import annotations

import logging
import sys

from data_prep.limits import SENTENCE


def harmless(text: str) -> str:
    """Return a text of several lines: what does not print is written as in Python, line ends apart.

    A line that is longer than `SENTENCE` is cut.
    """
    return "\n".join(one_line(line) for line in text.split("\n"))


def one_line(text: str) -> str:
    """Return a text, such as a name, on one line: line ends too are written as in Python."""
    return _cut("".join(e if e.isprintable() else ascii(e)[1:-1] for e in _cut(text)))


def say_error(error: Exception) -> None:
    """Print an error, of at most `SENTENCE` characters."""
    said = str(error)
    if isinstance(error, OSError) and error.strerror:  # without the number
        said = error.strerror if error.filename is None else f"{error.filename}: {error.strerror}"
    print(f"error: {_cut(harmless(said))}", file=sys.stderr)


class HarmlessFormatter(logging.Formatter):
    """Gives what is logged as `harmless` has it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        return harmless(super().format(record))


def _cut(text: str) -> str:
    return text if len(text) <= SENTENCE else f"{text[:SENTENCE]}..."
