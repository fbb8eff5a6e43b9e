"""JSON files that others wrote, read in one way: whole, unambiguous, with a sentence if not."""

from __future__ import annotations

import json
import re
import reprlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data_prep import limits
from data_prep.checks.complete import PreparationError
from data_prep.source.text_files import read_bytes


class JsonError(PreparationError):
    """A file that cannot be read as JSON; the text names it."""


def read_json(path: Path, convert: Callable[[dict[str, Any]], Any] | None = None) -> Any:
    """Return what a JSON file holds: UTF-8, or what its byte order mark says.

    NaN and Infinity are numbers here, as for most who write JSON, and integers have any size: who
    looks at a field refuses them by its name.

    Args:
        path: the file.
        convert: from each object to what stands in its place, the innermost first.

    Raises:
        JsonError: it is no JSON, larger or of more values than `data_prep.limits` has it, too
            deeply nested, holds half characters that no file can be named by, or an object has a
            name twice, of which the parser would keep the last and say nothing.
        OSError: it cannot be read.
    """

    def entry(pairs: list[tuple[str, Any]]) -> Any:
        content = _without_repetition(pairs)
        return content if convert is None else convert(content)

    try:
        return json.loads(_checked_text(path), object_pairs_hook=entry)
    except RecursionError:
        raise JsonError(f"{path} is not a JSON file: it is nested too deeply") from None
    except ValueError as error:
        # Python says what could be set for larger numbers, which helps nobody here.
        reason = str(error).partition("; use sys.")[0]
        raise JsonError(f"{path} is not a JSON file: {reason}") from None


def read_object(path: Path, form: str) -> dict[str, Any]:
    """Return the object that a JSON file holds, see `read_json`.

    Args:
        path: the file.
        form: what the file should look like, for the message.

    Raises:
        JsonError: it is no JSON, or no object.
        OSError: it cannot be read.
    """
    try:
        content = read_json(path)
    except JsonError as error:
        raise JsonError(f"{error}; the form is {form}") from None
    if not isinstance(content, dict):
        raise JsonError(f"{path} is not a JSON object of the form {form}")
    return content


def is_text(value: Any) -> bool:
    """Return whether a value is text that can be written down, unlike names that are not UTF-8."""
    return isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)


def shown(value: Any) -> str:
    """Return a value for a message, cut short: others' files hold what they like."""
    text = _SHORT.repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."


_HALF = re.compile(r"\\u[dD][89a-fA-F]")
# Without a step back, so that it takes no memory: pairs of halves, and lone ones of bytes in names.
_WHOLE = re.compile(
    r"(?:[^\\]++|\\[^u]|\\u(?![dD][89a-fA-F])"
    r"|\\u[dD][89abAB]..\\u[dD][c-fC-F]|\\u[dD][cC][89a-fA-F])*+",
    re.DOTALL,
)
_MOST_SHOWN = 300  # characters
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 80
_SHORT.maxdict = 8


def _checked_text(path: Path) -> str:
    """Return the text of a file that may be parsed: that takes some 16 times its size, no more."""
    try:
        data = read_bytes(path, limits.JSON_BYTES)
    except PreparationError as error:
        raise JsonError(str(error)) from None
    text = data.decode(json.detect_encoding(data))
    del data
    values = text.count("[") + text.count("{") + text.count('"') // 2
    if values > limits.JSON_VALUES:
        raise JsonError(
            f"{path} holds {values:,} lists, objects and texts; at most {limits.JSON_VALUES:,} are "
            "read of a JSON file"
        )
    if _HALF.search(text) and not _WHOLE.fullmatch(text):
        raise ValueError("half a character stands in it")
    return text


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))
        raise ValueError(f"{shown(twice)} stands in it twice: {shown(content)}")
    return content
