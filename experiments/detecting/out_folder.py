"""The folder that detect writes: an earlier detect's is replaced, anything else is left alone."""

import fcntl
import re
from collections.abc import Iterator
from pathlib import Path

from data_prep.checks.excerpts import first_names
from experiments.detecting.findings import SCHEMA

JSON, CSV, PICTURES = "results.json", "results.csv", "pictures"
PARTIAL = ".partial"
_PICTURE = re.compile(r"\d{4,}_[a-z0-9_]*\.(png|jpg)")
_BEGINNING = f'{{"schema":"{SCHEMA.split("/")[0]}/'.encode()
_SHOWN = 4


def check_out(out: Path) -> None:
    """Check that a folder may be written.

    Raises:
        ValueError: it is no folder, holds what no earlier detect wrote, or one writes there now.
    """
    list(_written(out))


def clear_out(out: Path) -> None:
    """Make the folder, or delete what an earlier detect wrote there.

    Raises:
        ValueError: as `check_out`; nothing is deleted then.
        OSError: it cannot be written.
    """
    for file in list(_written(out)):
        file.unlink()
    out.mkdir(parents=True, exist_ok=True)


def _written(out: Path) -> Iterator[Path]:
    """Yield the files that an earlier detect wrote into a folder."""
    if not out.exists():
        return
    if not out.is_dir():
        raise ValueError(f"--out={out} is a file: name a folder")
    if _is_held(out / f"{JSON}{PARTIAL}"):
        raise ValueError(f"--out={out} is being written by another detect: name another folder")
    entries = sorted(out.iterdir())
    files = [path for path in entries if path.name != PICTURES or path.is_symlink()]
    if (folder := out / PICTURES) in entries and folder not in files:
        files += sorted(folder.iterdir())
    results = out / JSON
    earlier = any(map(_is_ours, (results, results.with_name(JSON + PARTIAL))))
    others = [str(path) for path in files if not (earlier and _is_named(path, out))]
    if others:
        raise ValueError(
            f"--out={out} holds what detect did not write, {first_names(others, _SHOWN)}: name "
            "another folder, a new one"
        )
    yield from files


def _is_held(results: Path) -> bool:
    """Return whether a detect at work holds the results that it writes."""
    try:
        with results.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # none are there, or a file system without locks
        return False
    return False


def _is_named(path: Path, out: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    if path.parent == out:
        return path.name.removesuffix(PARTIAL) in (JSON, CSV)
    return bool(_PICTURE.fullmatch(path.name))


def _is_ours(results: Path) -> bool:
    if not results.is_file():
        return False
    with results.open("rb") as file:
        return file.read(len(_BEGINNING)) == _BEGINNING
