"""The folder that keeps for the next process what was timed and compiled on this machine."""

import os
import sys
import tempfile
from pathlib import Path

FOLDER = "JAXTICKET_CACHE"
"""The environment variable that names the folder."""


def cache_folder() -> Path:
    """Return the folder that the user's system keeps such things in, or what `FOLDER` says."""
    if named := os.environ.get(FOLDER):
        return Path(named)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "jaxticket"


def read(folder: Path | None, name: str) -> bytes | None:
    """Return what is kept under a name, None where there is nothing that can be read."""
    try:
        return (folder / name).read_bytes() if folder else None
    except OSError:
        return None


def keep(folder: Path | None, name: str, content: bytes) -> None:
    """Keep something under a name, whole or not at all; a folder that takes nothing is no error."""
    if folder is None:
        return
    partial = None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=name, delete=False) as file:
            partial = Path(file.name)
            file.write(content)
        partial.replace(folder / name)
    except OSError:
        if partial is not None:
            partial.unlink(missing_ok=True)
