"""What a reader touches: files outside its folder, other programs, code.

Python's audit events say it; what libraries in C open on their own is not among them.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fuzz.mutation import TRAP

_ROOT = Path(__file__).parents[2]
_READABLE = tuple(
    f"{os.path.realpath(place)}{os.sep}"
    for place in (
        *(sys.prefix, sys.base_prefix, sys.exec_prefix, "/proc", "/sys", "/dev", "/usr/share"),
        *(_ROOT / name for name in ("jaxticket", "data_prep", "experiments", "tests")),
    )
)
"""Where libraries read on their own: modules imported late, descriptions of the machine."""
_CHANGES = (
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"),
    *("os.chmod", "os.chown", "os.utime", "shutil.rmtree", "shutil.move", "shutil.copyfile"),
)
_NEVER = ("pickle.find_class", "os.system", "os.exec", "os.fork", "os.forkpty", "os.spawn",
          "socket.connect", "socket.bind", "socket.getaddrinfo", "webbrowser.open")  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Trespass(BaseException):
    """A reader touched what it has no business with; no reader takes this for a damaged file."""


class Guard:
    """Stops a reader that touches what it has no business with."""

    def __init__(self) -> None:
        """Begin to listen; Python lets nobody stop."""
        self._folder = ""
        self._child = False
        self._found: Trespass | None = None
        sys.addaudithook(self._hear)

    @contextlib.contextmanager
    def watching(self, folder: Path, *, child: bool = False) -> Iterator[None]:
        """Watch what is done inside, which is where paths are relative to.

        Args:
            folder: where files may be read and written.
            child: whether Python may be started again.

        Raises:
            Trespass: something else was touched; also where somebody swallowed it.
        """
        written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        self._child, self._found = child, None
        self._folder = os.path.realpath(folder)
        try:
            with contextlib.chdir(self._folder):
                yield
        finally:
            self._folder, sys.dont_write_bytecode = "", written
            if self._found is not None:
                raise self._found

    def _hear(self, event: str, given: tuple[Any, ...]) -> None:
        if not self._folder:
            return
        said = self._judge(event, given)
        if said:
            self._found = Trespass(said)
            raise self._found

    def _judge(self, event: str, given: tuple[Any, ...]) -> str:
        """Return what is wrong with an event; nothing where it may be."""
        if event == "open":
            path, _, flags = given
            writes = bool((flags or 0) & _WRITES)
            return self._place(path, "wrote" if writes else "read", readable=not writes)
        if event in _CHANGES:
            places = [each for each in given if isinstance(each, str | bytes | os.PathLike)]
            return next(filter(None, (self._place(each, event) for each in places)), "")
        if event in ("subprocess.Popen", "os.posix_spawn"):
            program = os.fsdecode(given[0])
            return "" if self._child and program == sys.executable else f"started {program}"
        if event == "import" and str(given[0]).startswith(TRAP):
            return f"imported {given[0]}"
        return f"{event} {given!r:.200}" if event in _NEVER else ""

    def _place(self, path: Any, did: str, *, readable: bool = False) -> str:
        if isinstance(path, int) or path is None:
            return ""
        place = os.path.realpath(os.fsdecode(path))
        if place == self._folder or place.startswith(f"{self._folder}{os.sep}"):
            return ""
        if (readable and place.startswith(_READABLE)) or place == os.devnull:
            return ""
        return f"{did} {place} outside of its folder"
