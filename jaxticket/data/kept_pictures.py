"""Decoded pictures kept in a folder: decoded once, and held in memory once by all processes.

A file is named by its encoded pictures, their order, the size and what decodes them, so that it can
never stand for others. It is a NumPy file of uint8 [N, S, S, 3], as `numpy.load` reads it, with the
SHA-256 of the pictures behind them. It appears whole or not at all, and one that is not what it
should be is made again. Whatever goes wrong with the folder, the pictures are decoded into memory,
as if it were not there.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import mmap
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np

SIZE_LIMIT = 4 << 30
"""Bytes that a folder may hold; the files not used for longest go first."""

_DECODING = 1
"""To be raised with a change of `jaxticket.decoding` that changes pixels."""
_DIGEST = hashlib.sha256().digest_size
_DAY = 86_400.0


def name_of(encoded: Iterable[bytes], image_size: int) -> str:
    """Return the name of the file of decoded pictures.

    Args:
        encoded: the SHA-256 of each encoded picture, in order.
        image_size: the side of the decoded ones in pixels.
    """
    import cv2

    digest = hashlib.sha256(f"{_DECODING} {cv2.__version__} ".encode())
    for one in encoded:
        digest.update(one)
    return f"{digest.hexdigest()[:32]}-{image_size}.npy"


def kept_or_made(
    file: Path, shape: tuple[int, ...], fill: Callable[[np.ndarray], None], limit: int = SIZE_LIMIT
) -> np.ndarray:
    """Return pictures from their file, or decode them and keep them there.

    While one process decodes, others that ask for the same file wait.

    Args:
        file: by `name_of`, in a folder of the user's own, which is made.
        shape: of the pictures, [N, S, S, 3].
        fill: writes all pictures into an array, uint8 of that shape.
        limit: bytes that the folder may hold; with more pictures than that, none are kept.

    Returns:
        uint8 [N, S, S, 3]; mapped from the file, and then read only, wherever that can be.

    Raises:
        Exception: what `fill` raises.
    """
    if (found := _mapped(file, shape)) is not None:
        return found
    handle = _turn(file)
    try:
        if (found := _mapped(file, shape)) is not None:
            with suppress(OSError):
                _partial(file).unlink()
            return found
        pictures = np.empty(shape, np.uint8)
        fill(pictures)
        if handle is None or not _write(handle, file, pictures, limit):
            return pictures
        return pictures if (found := _mapped(file, shape)) is None else found
    except BaseException:
        if handle is not None:
            _partial(file).unlink(missing_ok=True)
        raise
    finally:
        if handle is not None:
            os.close(handle)


def _turn(file: Path) -> int | None:
    """Return the file that is to be written, when no other process writes it; None without one."""
    handle = None
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
        handle = os.open(_partial(file), flags, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        if handle is not None:
            os.close(handle)
        return None
    return handle


def _write(handle: int, file: Path, pictures: np.ndarray, limit: int) -> bool:
    """Write pictures into a file that is open, and give it its name; return whether it was done."""
    size, flat = pictures.nbytes, pictures.reshape(-1).data
    try:
        if size > limit or shutil.disk_usage(file.parent).free < 2 * size:
            _partial(file).unlink()
            return False
        drop_oldest(file.parent, limit - size)
        os.ftruncate(handle, 0)
        with os.fdopen(os.dup(handle), "wb") as out:
            out.write(_head(pictures.shape))
            out.write(flat)
            out.write(hashlib.sha256(flat).digest())
        _partial(file).replace(file)
    except OSError:
        with suppress(OSError):
            _partial(file).unlink()
        return False
    return True


def _mapped(file: Path, shape: tuple[int, ...]) -> np.ndarray | None:
    """Return the pictures of a file, read only, or None where it is not there or not what it is."""
    head, size = _head(shape), int(np.prod(shape, dtype=np.int64))
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    whole = len(head) + size + _DIGEST
    try:
        found = os.fstat(handle)
        ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
        if not ours or found.st_size != whole:
            return None
        content = mmap.mmap(handle, whole, access=mmap.ACCESS_READ)
        os.utime(handle)  # it was used: others go first
    except OSError:
        return None
    finally:
        os.close(handle)
    pictures = np.frombuffer(content, np.uint8, size, len(head))
    intact = content[: len(head)] == head
    intact = intact and content[-_DIGEST:] == hashlib.sha256(pictures.data).digest()
    return pictures.reshape(shape) if intact else None


def drop_oldest(folder: Path, limit: int) -> None:
    """Delete the files not used for longest, until the rest takes no more than `limit` bytes.

    A process that has one mapped keeps it. What a killed process left unfinished goes after a day.
    """
    for left in folder.glob("*.partial"):
        if left.lstat().st_mtime < time.time() - _DAY:
            left.unlink(missing_ok=True)
    found = [(file, file.lstat()) for file in folder.glob("*.npy")]
    total = 0
    for file, stat_ in sorted(found, key=lambda pair: -pair[1].st_mtime):
        total += stat_.st_size
        if total > limit:
            file.unlink(missing_ok=True)


def _head(shape: tuple[int, ...]) -> bytes:
    out = io.BytesIO()
    said = {"descr": "|u1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(out, said)
    return out.getvalue()


def _partial(file: Path) -> Path:
    return file.with_name(file.name + ".partial")
