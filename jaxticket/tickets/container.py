"""safetensors files with one text in their metadata, read within bounds and written whole.

Nothing is believed: everything that a header says is checked against the file's own size before
anything of that size is made. What a name, a shape or a number is not allowed to be is refused.
"""

import json
import math
import re
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from safetensors.numpy import save

from jaxticket.limits import TICKET_HEADER
from jaxticket.text import printable
from jaxticket.writing import write_whole

METADATA = "jaxticket"
MAX_DIMENSIONS = 8
MAX_SIZE = 1 << 48
"""Of an array, one without weights too, or of a place in the file."""
DTYPES = {"F32": "<f4", "F16": "<f2", "I32": "<i4", "U32": "<u4", "U16": "<u2", "U8": "u1",
          "BOOL": "?"}  # fmt: skip
MAX_NAME = 500
MAX_REASON = 400
"""Characters of what is said of a file, part of which may come from it."""
_NAME = re.compile(r"[\w.+ -]+(/[\w.+ -]+)*", re.ASCII)
_ENTRY = {"dtype", "shape", "data_offsets"}


class Refused(ValueError):
    """A file that is no ticket, damaged or hostile; says which file and why, on one line."""

    def __init__(self, text: str):
        line = printable(text)
        super().__init__(line if len(line) <= MAX_REASON else f"{line[:MAX_REASON]}...")


def read_container(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return the arrays of a file by name, and the JSON object that its metadata hold.

    Raises:
        FileNotFoundError: there is no such file.
        Refused: it is not whole, not of this form, or one of its bounds is passed.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > size - 8:
            raise Refused("it is cut off, or no safetensors file")
        if length > TICKET_HEADER:
            raise Refused(f"its header has {length:,} bytes, more than {TICKET_HEADER:,}")
        header = parse_object(file.read(length), "header")
        metadata = header.pop("__metadata__", {})
        text = metadata.get(METADATA) if isinstance(metadata, dict) else None
        if not isinstance(text, str):
            raise Refused(f"it is safetensors, but its metadata lack {METADATA!r}")
        manifest = parse_object(text, "manifest")
        for name, entry in header.items():
            check_name(name)
            _check_entry(name, entry)
        _check_places(header, size - 8 - length)
        body = file.read()
    arrays = {}
    for name, entry in header.items():
        start, stop = entry["data_offsets"]
        arrays[name] = _array(name, entry, body[start:stop])
    return arrays, manifest


def write_container(path: Path, arrays: dict[str, np.ndarray], manifest: dict[str, Any]) -> None:
    """Write a file that appears whole or not at all; the same content is the same bytes.

    Raises:
        Refused: a name is one that would not be read.
        OSError: the file cannot be written.
    """
    for name in arrays:
        check_name(name)
    # One entry: the library writes several in any order.
    text = json.dumps(manifest, sort_keys=True, allow_nan=False)
    write_whole(path, save(arrays, metadata={METADATA: text}))


def parse_object(text: str | bytes, what: str) -> dict[str, Any]:
    """Return a JSON object of text and finite numbers in which no name stands twice.

    Raises:
        Refused: it is none, or too deep.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise Refused(f"a name stands twice in its {what}")
        return dict(pairs)

    def no_number(name: str) -> NoReturn:
        raise Refused(f"{name[:40]} stands in its {what}")

    def integer(digits: str) -> int:
        return int(digits) if len(digits) < 20 else no_number(digits)  # of 64 bits

    def finite(digits: str) -> float:
        value = float(digits)
        return value if math.isfinite(value) else no_number(digits)

    try:
        value = json.loads(
            text, object_pairs_hook=once, parse_constant=no_number, parse_int=integer,
            parse_float=finite,
        )  # fmt: skip
        json.dumps(value, ensure_ascii=False).encode()  # halves of characters are no text
    except Refused:
        raise
    except (ValueError, RecursionError) as error:
        raise Refused(f"its {what} is no JSON ({str(error)[:120]})") from None
    if not isinstance(value, dict):
        raise Refused(f"its {what} is no JSON object")
    return value


def check_name(name: str) -> None:
    """Refuse a name that is no plain path of words.

    Raises:
        Refused: it has other characters than letters, digits, `_.+-` and blanks, or leads out.
    """
    if (
        len(name) > MAX_NAME
        or not _NAME.fullmatch(name)
        or any(set(part) <= {"."} for part in name.split("/"))
    ):
        raise Refused(f"an array is called {name[:80]!r}, which is no path of plain words")


def _check_entry(name: str, entry: Any) -> None:
    if not isinstance(entry, dict) or set(entry) != _ENTRY:
        raise Refused(f"its header describes {name} otherwise than safetensors do")
    if not isinstance(entry["dtype"], str) or entry["dtype"] not in DTYPES:
        raise Refused(f"{name} is of the type {str(entry['dtype'])[:40]!r}; known: "
                      f"{', '.join(DTYPES)}")  # fmt: skip
    if not is_shape(entry["shape"]):
        raise Refused(f"the shape of {name} is none")
    places = entry["data_offsets"]
    if not (isinstance(places, list) and len(places) == 2 and all(is_shape([at]) for at in places)):
        raise Refused(f"the place of {name} is none")


def is_shape(value: Any) -> bool:
    """Return whether a value out of JSON is a list of a few sizes, which are bounded together."""
    return (
        isinstance(value, list)
        and len(value) <= MAX_DIMENSIONS
        and all(type(size) is int and size >= 0 for size in value)
        and math.prod(size for size in value if size) < MAX_SIZE
    )


def _check_places(header: dict[str, Any], size: int) -> None:
    """Refuse arrays that overlap, leave room between or go beyond the file."""
    end = 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        start, stop = entry["data_offsets"]
        if start != end:
            raise Refused(f"{name} begins at byte {start:,}, but what lies before it ends at {end}")
        need = math.prod(entry["shape"]) * np.dtype(DTYPES[entry["dtype"]]).itemsize
        if stop - start != need:
            raise Refused(f"{name} has {stop - start:,} bytes; its shape needs {need:,}")
        end = stop
    if end != size:
        raise Refused(f"its arrays have {end:,} bytes, and the file has {size:,} for them")


def _array(name: str, entry: dict[str, Any], content: bytes) -> np.ndarray:
    if entry["dtype"] == "BOOL" and content.strip(b"\0\1"):
        raise Refused(f"{name} is not boolean")
    array = np.frombuffer(content, DTYPES[entry["dtype"]]).reshape(entry["shape"])
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise Refused(f"{name} is not finite")
    return array
