"""Files and folders that appear whole or not at all, and stay when power is lost.

What was written is on the disk only once the file is synced, and its name only once the folder is.
So whatever is put in place here is synced before and after: what is written later may rely on it.

All is written where it is named, never through a link: a folder that somebody else made may hold
one under the name of a file that is written here.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jaxticket import limits


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Inside, an error of the system that names no file, as one of an open handle, names this one.

    Raises:
        OSError: it came.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            error.filename = str(path)
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, or replace it, in one step; a link in its place is replaced, not followed.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        with naming(path), partial.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    sync(path.parent)


def open_in_place(path: Path, flags: int) -> int:
    """Return the handle of a file that is written where it is, made if it is missing.

    Args:
        path: of the file.
        flags: of `os.open`, such as `os.O_RDWR`.

    Raises:
        OSError: it is a link, or cannot be written.
    """
    try:
        return os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        why = "it is a link, and what is written here never goes through one; remove it"
        raise OSError(errno.ELOOP, why, str(path)) from None


def require_plain(folder: Path) -> None:
    """Refuse a folder that holds other than files, folders and links to what is within it.

    Reading or writing would follow a link out of it, and wait for ever at a pipe. The folder itself
    may be a link. One that does not exist holds nothing. JSON and tables of more bytes than
    `jaxticket.limits` has are refused too: they are read whole.

    Raises:
        ValueError: names what it is.
        OSError: a folder in it cannot be listed.
    """
    whole = folder.resolve()
    waiting = [folder] if folder.is_dir() else []
    while waiting:
        for entry in _entries(waiting.pop()):
            if entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
            elif entry.is_symlink():
                if not _stays(Path(entry.path), whole):
                    raise ValueError(
                        f"{entry.path} is a link that leads out of {folder}, and none is followed: "
                        "put what it leads to in its place, or remove it"
                    )
            elif not entry.is_file() and os.path.lexists(entry.path):
                raise ValueError(f"{entry.path} is neither a file nor a folder: remove it")
            _check_size(Path(entry.path))


def _check_size(path: Path) -> None:
    most = {".json": limits.JSON_BYTES, ".csv": limits.TEXT_BYTES}.get(path.suffix)
    if most is not None and path.is_file() and (size := path.stat().st_size) > most:
        raise ValueError(f"{path} has {size:,} bytes; at most {most:,} are read of it")


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return what a folder holds; nothing of one that another process has removed."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def _stays(link: Path, folder: Path) -> bool:
    """Return whether a link leads to something within a folder; one that leads in a circle not."""
    try:
        return link.resolve(strict=True).is_relative_to(folder)
    except (OSError, RuntimeError):
        return False


def put_in_place(folder: Path, target: Path) -> None:
    """Give a folder that is written, beside its target, its name; a folder that is there goes.

    Raises:
        OSError: it cannot be renamed or synced.
    """
    sync_all(folder)
    if target.exists():
        shutil.rmtree(target)
    folder.rename(target)
    sync(target.parent)


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing.

    Raises:
        OSError: it cannot be made.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        sync(folder.parent)


def sync_all(folder: Path) -> None:
    """Wait until a folder is on the disk, and all that is in it.

    Raises:
        OSError: the disk is full or fails.
    """
    for inner, _, names in os.walk(folder):
        for name in names:
            sync(Path(inner, name))
        sync(Path(inner))


def sync(path: Path) -> None:
    """Wait until a file's content, or the names in a folder, are on the disk.

    Raises:
        OSError: the disk is full or fails.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        with naming(path):
            os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that cannot
            raise
    finally:
        os.close(handle)
