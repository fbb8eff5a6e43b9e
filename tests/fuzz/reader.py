"""What is known of a reader of others' files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reader:
    """A reader.

    Attributes:
        make: puts what belongs to a whole input into a folder; returns the file that is changed,
            and whole contents of it.
        read: reads that file, and what is read with it.
        answers: errors that say what is wrong with a file, as its docstring has them.
        form: of the file, see `tests.fuzz.mutation.FORMS`.
        cost: roughly, of the cheapest reader's time; such a part of the inputs is tried.
        child: whether it starts Python in a process of its own.
        needs: a library that has to be there, if any.
    """

    make: Callable[[Path], tuple[Path, list[bytes]]]
    read: Callable[[Path], object]
    answers: tuple[type[Exception], ...]
    form: str
    cost: int = 1
    child: bool = False
    needs: str = ""
