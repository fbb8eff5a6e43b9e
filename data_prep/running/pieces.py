"""The pieces of work that a preparation has done, so that one that was killed goes on with them.

A piece is what was read of one video or group picture. One zip file a piece, stored and not
compressed, holds its PNGs and, in `about.json`, the rest. A file is written whole or not at all.
Its name holds everything that decided its content; one that cannot be read is done again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from data_prep.prepared.files import replacing

_LOG = logging.getLogger(__name__)
_ABOUT = "about.json"

Piece = TypeVar("Piece")

Read = Callable[[str], bytes]
"""Gives the content of a file of the archive; KeyError where there is none."""


@dataclass(frozen=True)
class Packed:
    """A piece of work as an archive holds it.

    Attributes:
        about: what JSON can hold.
        files: name -> content.
    """

    about: Mapping[str, Any]
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Pieces(Generic[Piece]):
    """A folder of finished pieces of work.

    Attributes:
        folder: made for the first piece.
        pack: makes a piece ready for an archive.
        unpack: makes the piece again of what `pack` gave; any ValueError, KeyError or TypeError
            means that the archive is damaged.
    """

    folder: Path
    pack: Callable[[Piece], Packed]
    unpack: Callable[[Mapping[str, Any], Read], Piece]

    def report(self, total: int, kind: str) -> None:
        """Tell the logger `data_prep` how many pieces of all are there, if there are any."""
        done = sum(1 for _ in self.folder.glob("[!.]*.zip"))
        if done:
            _LOG.info("going on: %d of %d %s are done", done, total, kind)

    def get_or(self, identity: object, read: Callable[[], Piece]) -> Piece:
        """Return the piece from the folder, or else from `read`, and write it there.

        Args:
            identity: everything that decides the piece, as JSON can hold it.
            read: does the work; where it raises, nothing is written.

        Raises:
            OSError: the piece cannot be written.
        """
        path = self._path(identity)
        with suppress(OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
            return self._load(path)  # checksums tell damage
        piece = read()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._save(path, piece)
        return piece

    def remove(self) -> None:
        """Remove the folder and what is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, identity: object) -> Path:
        content = json.dumps(identity, sort_keys=True)
        return self.folder / f"{hashlib.sha256(content.encode()).hexdigest()[:32]}.zip"

    def _load(self, path: Path) -> Piece:
        with zipfile.ZipFile(path) as archive:
            return self.unpack(json.loads(archive.read(_ABOUT)), archive.read)

    def _save(self, path: Path, piece: Piece) -> None:
        packed = self.pack(piece)
        with (
            replacing(path) as partial,
            zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive,
        ):
            for name, content in packed.files.items():
                archive.writestr(name, content)
            archive.writestr(_ABOUT, json.dumps(packed.about))
