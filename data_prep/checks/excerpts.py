"""Counts and lists in messages, which are cut short where they are long."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from data_prep.terminal.plain import one_line


def first_lines(texts: Sequence[str], most: int = 3) -> str:
    """Return the first texts, each as an indented line, and how many more there are."""
    more = [f"and {len(texts) - most:,} more"] if len(texts) > most else []
    return "\n".join(f"  {one_line(text)}" for text in (*texts[:most], *more))


def first_names(names: Sequence[str], most: int) -> str:
    """Return the first names with commas between, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(map(one_line, names[:most])) + more


def kinds(counts: Mapping[str, int]) -> str:
    """Return how many there are of each kind, `2 .txt files, 1 hidden`; `nothing` without any.

    Of links it says what to do: those out of a folder and those to folders are not followed.
    """
    present = [(kind, number) for kind, number in sorted(counts.items()) if number > 0]
    text = ", ".join(f"{number} {_several(kind, number)}" for kind, number in present) or "nothing"
    if any(kind.startswith(("link out", "link to")) for kind, _ in present):
        text += "; such links are not followed: copy what they name, or give the folder it lies in"
    return text


def _several(kind: str, number: int) -> str:
    """Return a kind in the plural where there are several: `.txt files`, `links to a folder`."""
    return kind if number == 1 else re.sub(r"\b(file|link|folder)\b", r"\1s", kind, count=1)


def count_text(count: int, thing: str, things: str = "") -> str:
    """Return a number of things, such as `1 picture` and `2,000 pictures`.

    Args:
        count: how many there are.
        thing: what one is called, with what follows from it: `group stands in two splits`.
        things: the same of several; by default `thing` with an s.
    """
    return f"{count:,} {thing if count == 1 else things or f'{thing}s'}"
