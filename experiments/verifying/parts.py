"""A part of what is verified, and how it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jaxticket.recipe import UnknownOption

State = Literal["whole", "unchecked", "damaged", "missing"]


@dataclass(frozen=True)
class Part:
    """A file or folder.

    Attributes:
        path: of it.
        state: `whole`, as it was written; `unchecked`, can be read, and it is not known what it
            was, as of earlier versions; `damaged`; `missing`.
        said: what was checked; of what is damaged or missing why, and what to do.
    """

    path: Path
    state: State
    said: str

    @property
    def good(self) -> bool:
        """Whether nothing is wrong with it as far as can be known."""
        return self.state in ("whole", "unchecked")


def checked(path: Path, check: Callable[[], str], *, sealed: bool = True) -> Part:
    """Return a part, by what a check of it says or raises.

    Args:
        path: of the part.
        check: returns what was checked.
        sealed: whether it is known what the part was when it was written.
    """
    try:
        said = check()
    except FileNotFoundError as error:
        return Part(path, "missing", _sentence(error))
    except (ValueError, OSError, UnknownOption) as error:
        return Part(path, "damaged", _sentence(error))
    return Part(path, "whole" if sealed else "unchecked", said)


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())
