"""A disk that loses power: of all that was written it has what was synced, and maybe more.

A file's content is on the disk once the file is synced, its name once the folder is. Between two
syncs nothing of that changes, so after each stands a state that power loss may leave. How files
come to be plays no part, so that those which libraries write in C++ are seen as well; what these
sync themselves counts for nothing.
"""

import os
import random
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

Names = dict[str, tuple[int, bool]]
"""Of a folder: name -> inode, and whether it is a folder."""


@dataclass(frozen=True)
class Tree:
    """What files and folders hold, by their inodes.

    Attributes:
        folders: the names in each folder.
        files: the content of each file.
    """

    folders: dict[int, Names] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """A moment right after a sync.

    Attributes:
        synced: what was synced until then.
        written: what a reader saw then.
        path: what was synced last.
    """

    synced: Tree
    written: Tree
    path: str


class Disk:
    """What lies below a folder, recorded at every sync in this process."""

    def __init__(self, root: Path):
        """Record what happens below an empty folder."""
        self.moments: list[Moment] = []
        self._root = root
        self._top = root.stat().st_ino
        self._synced = Tree({self._top: {}})
        self._handles: dict[int, int] = {}
        self._lock = threading.RLock()

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record inside."""
        fsync = os.fsync

        def recorded(file) -> None:
            fsync(file)
            handle = file if isinstance(file, int) else file.fileno()
            path = Path(f"/proc/self/fd/{handle}").readlink()
            if path.is_relative_to(self._root.resolve()):
                with self._lock:
                    self._sync(path)

        os.fsync = recorded
        try:
            yield
        finally:
            os.fsync = fsync
            for handle in self._handles.values():
                os.close(handle)

    def leave(self, moment: Moment, target: Path, draw: random.Random | None = None) -> None:
        """Write what power loss leaves: what was synced alone, or drawn files and folders more."""
        folders, files = dict(moment.synced.folders), dict(moment.synced.files)
        for mine, theirs in ((folders, moment.written.folders), (files, moment.written.files)):
            for inode in sorted(theirs) if draw else ():
                if draw.random() < 0.5:
                    mine[inode] = theirs[inode]

        def write(inode: int, folder: Path) -> None:
            folder.mkdir()
            for name, (inner, is_folder) in folders.get(inode, {}).items():
                if is_folder:
                    write(inner, folder / name)
                else:
                    (folder / name).write_bytes(files.get(inner, b""))

        write(self._top, target)

    def _sync(self, path: Path) -> None:
        folders, files = dict(self._synced.folders), dict(self._synced.files)
        with suppress(FileNotFoundError):  # another thread has removed it
            inode = path.stat().st_ino
            if path.is_dir():
                folders[inode] = self._names(path)
            else:
                self._hold(inode, path)
                files[inode] = path.read_bytes()
        self._synced = Tree(folders, files)
        self.moments.append(Moment(self._synced, self._written(), path.name))

    def _written(self) -> Tree:
        tree = Tree()
        for inner, _, names in os.walk(self._root):
            with suppress(FileNotFoundError):
                tree.folders[Path(inner).stat().st_ino] = self._names(Path(inner))
            for name in names:
                with suppress(FileNotFoundError):
                    path = Path(inner, name)
                    tree.files[path.stat().st_ino] = path.read_bytes()
        return tree

    def _names(self, folder: Path) -> Names:
        names: Names = {}
        for item in folder.iterdir():
            with suppress(FileNotFoundError):
                info = item.stat()
                self._hold(info.st_ino, item)
                names[item.name] = info.st_ino, stat.S_ISDIR(info.st_mode)
        return names

    def _hold(self, inode: int, path: Path) -> None:
        """Keep an inode from being given to another file."""
        if inode not in self._handles:
            self._handles[inode] = os.open(path, os.O_RDONLY)
