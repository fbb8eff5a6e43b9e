"""JSON files in which every name stands once."""

from __future__ import annotations

from typing import Any


def without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object, as `object_pairs_hook` of `json.load`, whose names are distinct.

    Of two entries of one name the parser would keep the last and say nothing.

    Raises:
        ValueError: a name stands there twice.
    """
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} stands in it twice")
    return content
