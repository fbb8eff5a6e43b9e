"""Files that are almost right: a whole one with some values, cells or bytes changed."""

import gzip
import io
import json
import pickletools
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from jaxticket.tickets.hashes import hash_manifest

TRAP = "tests.fuzz.trap"
"""A module that is not there: who imports it was led there by a file."""
HOSTILE = (
    *("", " ", "0", "-1", "1e999", "nan", "real", "x" * 100_000, "\x1b]0;x\x07\x1b[31m"),
    *("../../outside.png", "/etc/passwd", "..\\..\\outside", "C:\\x", "a\0b", ".", "file:///x"),
    *("<script>alert(1)</script>", "[link=file:///x]y[/link]", "=1+1", "@SUM(A1)", "%s{0}$(x)`x`"),
    *("\u202egnp.exe", "\u2028", "\ufeff", "é", "\U0001f600", "a\r\nb", '"', ",", f"{TRAP}:Trap"),
    *("__class__", f"{TRAP}.Trap", "٣", "1_000", "0x10", "9" * 5000),
)
"""Texts that lead elsewhere, look like something else, or have no end."""
_VALUES = (
    *("null", "true", "[]", "{}", "[[]]", "-1", "0", "1", "2.5", "-0.0", "1e-320", "1e308"),
    *("NaN", "Infinity", "-Infinity", "1e999", "9223372036854775808", "1" * 400, "9" * 5000),
    *('"\\ud800"', '{"a": 1, "a": 2}', "[null]", "[1e999]", "[[1, 2], [3]]", '{"": ""}'),
    *("[" * 3000 + "]" * 3000, "[0" + ", 0" * 20_000 + "]", '{"a": ' * 500 + "1" + "}" * 500),
    *map(json.dumps, HOSTILE),
)
_CALLABLE = (
    *(f"{TRAP}\nTrap", "os\nsystem", "posix\nsystem", "builtins\neval", "builtins\ngetattr"),
    *("torch\nload", "torch\nFloatStorage", "torch\ntensor", "torch.serialization\nload"),
    *("torch._utils\n_rebuild_tensor", "torch._utils\n_rebuild_sparse_tensor", "torch\nSize"),
    *("torch.storage\nUntypedStorage", "collections\nOrderedDict", "numpy\ndtype", "a\nb"),
)
"""Modules and names in them, as a pickle has what it calls."""
_NUMBERS = tuple(
    value.to_bytes(size, order)
    for size in (2, 4, 8)
    for value in (0, 1, 2 ** (8 * size - 1) - 1, 2 ** (8 * size - 1), 2 ** (8 * size) - 1)
    for order in ("little", "big")
)


class _Object(list):
    """A JSON object as pairs: names may stand in it twice."""


class _Spelled(str):
    """A value as it stands in the text."""


@st.composite
def in_bytes(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """Bytes changed, left out, put in and repeated; numbers at the ends of their types."""
    content = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        size = draw(st.sampled_from((1, 2, 4, 16, 64, 1024)))
        match draw(st.integers(0, 6)):
            case 0:
                content[start : start + 1] = bytes([draw(st.integers(0, 255))])
            case 1 if start < len(content):
                content[start] ^= 1 << draw(st.integers(0, 7))
            case 2:
                del content[start : start + size]
            case 3:
                content[start:start] = content[start : start + size] * draw(st.integers(1, 3))
            case 4:
                number = draw(st.sampled_from(_NUMBERS))
                content[start : start + len(number)] = number
            case 5:
                del content[start:]
            case _:
                other = draw(st.sampled_from(seeds))
                content[start : start + size] = other[start : start + size]
    return bytes(content)


@st.composite
def in_picture(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """The same, now and then with the checksums of a PNG made anew, so that it is looked into."""
    content = draw(in_bytes(seeds))
    return _with_checksums(content) if draw(st.booleans()) else content


@st.composite
def in_json(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """Values replaced, left out, exchanged and repeated; names that are others, or stand twice."""
    if draw(st.integers(0, 9)) == 0:
        return draw(in_bytes(seeds))
    text = draw(st.sampled_from(seeds)).decode("utf-8-sig")
    return _changed(draw, text).encode("utf-8", "surrogatepass")


@st.composite
def in_json_lines(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """The same in some lines, each of which is JSON; now and then one is cut."""
    lines = draw(st.sampled_from(seeds)).decode().splitlines()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        cut = draw(st.booleans())
        lines[at] = lines[at][: len(lines[at]) // 2] if cut else _line_changed(draw, lines[at])
    return "\n".join(lines).encode("utf-8", "surrogatepass")


@st.composite
def in_table(draw: st.DrawFn, seeds: list[bytes], delimiter: str = ",") -> bytes:
    """Cells replaced, left out, exchanged; rows repeated; quotes, line ends, other encodings."""
    if draw(st.integers(0, 9)) == 0:
        return draw(in_bytes(seeds))
    rows = [
        line.split(delimiter) for line in draw(st.sampled_from(seeds)).decode().splitlines() or [""]
    ]
    for _ in range(draw(st.integers(1, 4))):
        row = draw(st.sampled_from(rows))
        at = draw(st.integers(0, len(row) - 1)) if row else 0
        match draw(st.integers(0, 5)) if row else 5:
            case 0 | 1:
                row[at] = draw(st.sampled_from(HOSTILE))
            case 2:
                row[at] = draw(st.sampled_from([cell for each in rows for cell in each] or [""]))
            case 3:
                del row[at]
            case 4:
                row.insert(at, draw(st.sampled_from(HOSTILE)))
            case _:
                rows.insert(draw(st.integers(0, len(rows))), list(row))
    end = draw(st.sampled_from(("\n", "\r\n", "\r", "\n\n")))
    text = "".join(f"{delimiter.join(row)}{end}" for row in rows)
    encoding = draw(st.sampled_from(("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1")))
    return text.encode(encoding, "replace")


def in_lines(seeds: list[bytes]) -> st.SearchStrategy[bytes]:
    """The same of a list whose cells are parted by spaces."""
    return in_table(seeds, " ")


@st.composite
def in_gzip(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """The JSON in a compressed file changed, or the file."""
    if draw(st.booleans()):
        return draw(in_bytes(seeds))
    return gzip.compress(draw(in_json([gzip.decompress(seed) for seed in seeds])), 1, mtime=0)


@st.composite
def in_safetensors(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """The header of a file of arrays changed, or its manifest with the hash made anew, or bytes."""
    how = draw(st.integers(0, 4))
    if how == 0:
        return draw(in_bytes(seeds))
    content = draw(st.sampled_from(seeds))
    start = 8 + int.from_bytes(content[:8], "little")
    header = content[8:start].decode()
    if how == 1:
        header = _changed(draw, header)
    else:
        parsed = json.loads(header)
        for name, text in (parsed.get("__metadata__") or {}).items():
            if text.startswith("{"):
                parsed["__metadata__"][name] = _signed(_changed(draw, text))
        header = json.dumps(parsed)
    data = header.encode("utf-8", "surrogatepass")
    return len(data).to_bytes(8, "little") + data + content[start:]


@st.composite
def in_archive(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """A member of a zip archive changed, renamed, left out or repeated, or the archive's bytes."""
    if draw(st.integers(0, 3)) == 0:
        return draw(in_bytes(seeds))
    with zipfile.ZipFile(io.BytesIO(draw(st.sampled_from(seeds)))) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    at = draw(st.integers(0, len(members) - 1))
    name, content = members[at]
    match draw(st.integers(0, 5)):
        case 0:
            members[at] = (draw(st.sampled_from([name for name in HOSTILE if name])), content)
        case 1:
            del members[at]
        case 2:
            members[at] = (name, draw(in_bytes([content or b"\0"])))
        case _:
            members = [(each, draw(_member(each, data))) for each, data in members]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members:
            archive.writestr(name[:60_000], content)
    return out.getvalue()


def _member(name: str, content: bytes) -> st.SearchStrategy[bytes]:
    """JSON and pickles in an archive changed, others as they are."""
    form = {".json": in_json, ".pkl": in_pickle}.get(Path(name).suffix)
    return form([content]) if form else st.just(content)


@st.composite
def in_pickle(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """What a pickle calls, and its texts and numbers, replaced; operations left out, repeated.

    Or the file's bytes; what follows the first pickles in a file stays.
    """
    if draw(st.integers(0, 3)) == 0:
        return draw(in_bytes(seeds))
    content = draw(st.sampled_from(seeds))
    starts = list(_operations(content))
    parts = [content[start:end] for start, end in pairwise(starts)]
    named = [at for at, part in enumerate(parts) if part[:1] in b"cXKMJ"]
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.sampled_from(named))
        match parts[at][:1]:
            case b"c":
                parts[at] = f"c{draw(st.sampled_from(_CALLABLE))}\n".encode()
            case b"X":
                text = draw(st.sampled_from(HOSTILE)).encode()
                parts[at] = b"X" + struct.pack("<I", len(text)) + text
            case _:
                number = draw(st.sampled_from((0, 1, -1, 255, 2**31 - 1, -(2**31))))
                parts[at] = b"J" + struct.pack("<i", number)
        other = draw(st.integers(0, len(parts) - 1))
        if draw(st.integers(0, 9)) == 0:
            parts[other] = draw(st.sampled_from((b"", 2 * parts[other])))
    return b"".join(parts)


@st.composite
def in_records(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """A record changed, left out or repeated, under checksums that are right; or the file's bytes.

    The files are ArrayRecords of at least one record each.
    """
    if draw(st.integers(0, 3)) == 0:
        return draw(in_bytes(seeds))
    from array_record.python.array_record_module import ArrayRecordReader, ArrayRecordWriter

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records"
        path.write_bytes(draw(st.sampled_from(seeds)))
        reader = ArrayRecordReader(str(path))
        records = reader.read_all()
        reader.close()
        at = draw(st.integers(0, len(records) - 1))
        records[at : at + 1] = draw(st.sampled_from(([], [records[at]] * 2))) if draw(
            st.integers(0, 5)) == 0 else [draw(in_bytes(records))]  # fmt: skip
        writer = ArrayRecordWriter(str(path), "group_size:1")
        for record in records:
            writer.write(record)
        writer.close()
        return path.read_bytes()


FORMS: dict[str, Callable[[list[bytes]], st.SearchStrategy[bytes]]] = {
    "bytes": in_bytes, "picture": in_picture, "json": in_json, "json lines": in_json_lines,
    "table": in_table, "lines": in_lines, "gzip": in_gzip, "safetensors": in_safetensors,
    "archive": in_archive, "pickles": in_pickle,
    "records": in_records,
}  # fmt: skip
"""What a file is -> whole ones -> such as are almost right."""


def _operations(content: bytes) -> Iterator[int]:
    """Yield where the operations of the pickles begin that stand at a file's beginning; its end."""
    file, start = io.BytesIO(content), 0
    with suppress(ValueError):
        while (start := file.tell()) < len(content):
            yield from [at or 0 for _, _, at in pickletools.genops(file)]
    if start < len(content):
        yield start
    yield len(content)


def _with_checksums(content: bytes) -> bytes:
    """Return a PNG whose parts have the checksums that belong to them; another file as it is."""
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        return content
    out, at = bytearray(content), 8
    while at + 12 <= len(content):
        end = at + 8 + int.from_bytes(content[at : at + 4], "big")
        if end + 4 > len(content):
            break
        out[end : end + 4] = zlib.crc32(content[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
    return bytes(out)


def _line_changed(draw: st.DrawFn, line: str) -> str:
    try:
        return _changed(draw, line)
    except ValueError:  # it was cut before
        return line


def _changed(draw: st.DrawFn, text: str) -> str:
    tree = [json.loads(text, object_pairs_hook=_Object)]
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(tree))
        holder, at = draw(st.sampled_from(places))
        match draw(st.integers(0, 7)):
            case 0 | 1 | 2 | 3:
                _put(holder, at, _Spelled(draw(st.sampled_from(_VALUES))))
            case 4 if holder is not tree:
                del holder[at]
            case 5 if holder is not tree:
                holder.insert(at, holder[at])
            case 6 if isinstance(holder, _Object):
                holder[at] = (draw(st.sampled_from(HOSTILE)), holder[at][1])
            case _:
                _put(holder, at, _Spelled(_text(_value(*draw(st.sampled_from(places))))))
    return _text(tree[0])


def _places(holder: list) -> Iterator[tuple[list, int]]:
    """Yield every value below a list or an object, as what holds it and where."""
    for at in range(len(holder)):
        yield holder, at
        value = _value(holder, at)
        if isinstance(value, list):
            yield from _places(value)


def _value(holder: list, at: int) -> Any:
    return holder[at][1] if isinstance(holder, _Object) else holder[at]


def _put(holder: list, at: int, value: _Spelled) -> None:
    holder[at] = (holder[at][0], value) if isinstance(holder, _Object) else value


def _text(value: Any) -> str:
    if isinstance(value, _Spelled):
        return str(value)
    if isinstance(value, _Object):
        return "{" + ", ".join(f"{json.dumps(name)}: {_text(each)}" for name, each in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    return json.dumps(value)


def _signed(text: str) -> str:
    """Return a manifest with the hash that belongs to it, as far as it is one."""
    try:
        manifest = dict(json.loads(text))
        manifest["hashes"]["manifest"] = hash_manifest(manifest)
        return json.dumps(manifest)
    except (ValueError, TypeError, KeyError, RecursionError):
        return text
