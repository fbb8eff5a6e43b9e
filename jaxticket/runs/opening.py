"""What is checked before a run folder is used: its name, its content, its lock, its config."""

import fcntl
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from jaxticket.recipe import Recipe, UnknownOption, differences, from_json
from jaxticket.runs import files
from jaxticket.runs.damage import Damaged
from jaxticket.writing import open_in_place

OTHER_RUN = "the run cannot go on without it; name another run_dir"
EARLY = frozenset({"lock", "environment.json", "environment.json.partial", "config.json.partial"})


class ConfigMismatch(ValueError):
    """A run folder was made with other options."""


def refuse_name(path: Path) -> None:
    """Refuse a path below which Orbax writes nothing, or writes elsewhere.

    Raises:
        ValueError: names what in the path it is.
    """
    whole = path.resolve()
    wrong = [mark for mark in "[]\\" if mark in str(whole)]
    wrong += [part for part in whole.parts if re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:", part)]
    if wrong:
        raise ValueError(
            f"run_dir {path} cannot be used: checkpoints need a local folder without "
            f"{' or '.join(wrong)} anywhere in its path {whole}; name another run_dir"
        )


def refuse_other_content(path: Path) -> None:
    """Refuse what is neither a run folder nor empty.

    Raises:
        FileExistsError: names what is there.
    """
    if path.exists() and not path.is_dir():
        raise FileExistsError(f"run_dir {path} is a file; name a folder")
    if path.is_dir():
        # One look: another process may be making the run at this moment.
        names = {item.name for item in path.iterdir()}
        strangers = set() if "config.json" in names else names - EARLY
        if {"summary.json", "level_00"} & strangers:
            raise FileExistsError(
                f"{path / 'config.json'} is missing, and without it a run cannot go on: put back a "
                "copy of it, or name another run_dir"
            )
        if strangers:
            raise FileExistsError(
                f"run_dir {path} holds other things ({', '.join(sorted(strangers)[:5])}) and no "
                "run; name an empty or new folder"
            )


def lock(path: Path, remedy: str = "wait for it, or name another run_dir") -> int:
    """Return a handle that keeps other processes out of a folder until it is closed.

    It is the folder that is locked, so that removing the file lets no other process in.

    Args:
        path: the lock's file in the folder, which says who holds it.
        remedy: what to do while another process holds it.

    Raises:
        BlockingIOError: another process holds the lock.
        OSError: the file is a link, or cannot be written.
    """
    try:
        handle = _held(path, fcntl.LOCK_EX)
    except BlockingIOError:
        raise BlockingIOError(f"{_owner(path)} is at work in {path.parent}; {remedy}") from None
    try:
        sign = open_in_place(path, os.O_WRONLY)
        try:
            os.pwrite(sign, f"{os.getpid():<20}".encode(), 0)
        finally:
            os.close(sign)
    except OSError:
        os.close(handle)
        raise
    return handle


def is_locked(path: Path) -> bool:
    """Return whether another process holds a lock; it is neither made nor kept.

    Args:
        path: the lock's file, which need not be there.
    """
    try:
        os.close(_held(path, fcntl.LOCK_SH))
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _held(path: Path, how: int) -> int:
    """Return a handle that locks a folder, or its lock's file where folders cannot be locked."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, how | fcntl.LOCK_NB)
        return folder
    except BlockingIOError:
        os.close(folder)
        raise
    except OSError:  # as on NFS
        os.close(folder)
    if how == fcntl.LOCK_EX:
        file = open_in_place(path, os.O_RDWR)
    else:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        raise
    return file


def _owner(path: Path) -> str:
    try:
        owner = path.read_text(errors="replace")[:20].strip()
    except OSError:  # somebody has removed the file
        owner = ""
    return f"process {owner}" if owner else "another process"


def load_recipe(path: Path) -> Recipe:
    """Read a config.json, of this or an older version.

    Raises:
        Damaged: it is no recipe; says why.
        UnknownOption: a newer version wrote it.
    """
    written = files.read_typed(path, dict[str, Any], OTHER_RUN)
    try:
        return from_json(written)
    except UnknownOption as error:
        raise UnknownOption(
            f"{path} holds {error}: a newer version of jaxticket wrote it, or it was edited; "
            "use that version"
        ) from None
    except msgspec.ValidationError as error:
        raise Damaged(path, error, OTHER_RUN) from error


def compare(path: Path, stored: Recipe, given: Recipe) -> None:
    """Refuse to go on with other options.

    Raises:
        ConfigMismatch: names every field that differs.
    """
    lines = [
        f"  {name}: the folder has {then!r}, you ask for {now!r}"
        for name, then, now in differences(stored, given)
    ]
    if lines:
        raise ConfigMismatch(
            f"{path} holds a run of other options:\n" + "\n".join(lines)
            + "\nName another run_dir, or give the same options."
        )  # fmt: skip


def changes(path: Path, now: Mapping[str, Any]) -> list[str]:
    """Return what differs between the machine that began the run, in a file, and this one."""
    try:
        stored = files.read_typed(path, dict[str, Any], "")
    except (ValueError, FileNotFoundError):
        return [f"{path} is missing or damaged: it is not known what the run began on"]
    return differing(stored, now)


def differing(stored: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return what differs between two environments, in words, of what the first says."""
    here = files.plain(now)
    pairs = ((name, stored[name], here.get(name)) for name in sorted(stored))
    return [f"{name}: {then!r} then, {this!r} now" for name, then, this in pairs if then != this]
