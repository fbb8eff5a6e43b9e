"""Writing files whole or not at all, one process at a time, and never through a link."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NOTHING = "nothing was kept"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a hidden path beside `path` to write a file or folder to, which then takes its place.

    Where that fails, what was written is removed, and what was at `path` stays as it was.

    Raises:
        OSError: it cannot be written.
    """
    partial = path.with_name(f"{_prefix(path)}{os.getpid()}")
    _remove(partial)
    try:
        yield partial
        put_in_place(partial, path)
    except OSError as error:
        if error.filename in (partial, str(partial)):
            error.filename = str(path)  # a person knows of no other
        raise
    finally:
        _remove(partial)


def put_in_place(partial: Path, path: Path) -> None:
    """Give a file or folder its name, with its content on the disk before and its name after.

    Raises:
        OSError: it cannot be renamed, or the disk is full or fails.
    """
    for inner, _, names in os.walk(partial):
        for name in [*names, "."]:
            _sync(Path(inner, name))
    if partial.is_file():
        _sync(partial)
    partial.replace(path)
    _sync(path.parent)


def remove_partial(path: Path) -> None:
    """Remove what killed processes wrote to take the place of `path`."""
    for other in path.parent.iterdir():
        if other.name.startswith(_prefix(path)):
            _remove(other)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock; where the file system knows no locks, go on without.

    Raises:
        OSError: the file is a link, or cannot be written.
    """
    import fcntl

    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def cannot_write(error: OSError, folder: Path, what: str, left: str = NOTHING) -> OSError:
    """Return the same kind of error, saying what could not be written, and what to do.

    Args:
        error: what was raised.
        folder: below which it was to be written.
        what: was to be written.
        left: what is there all the same.
    """
    text = (
        f"{what} could not be written below {folder} "
        f"({error.strerror or error}); {left}. Give a data folder that can be written "
        "to and has room"
    )
    return type(error)(error.errno, text) if error.errno is not None else OSError(text)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that cannot
            raise
    finally:
        os.close(handle)


def _prefix(path: Path) -> str:
    return f".{path.name}.partial-"


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
