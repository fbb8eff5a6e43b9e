"""A ticket file, and its rewind point where that lies beside it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from experiments.verifying.parts import Part, checked
from jaxticket.tickets import rewind_file, verify

COPY = "get it again, or pack it again from its run folder"


def ticket_parts(path: Path, remedy: str = COPY) -> Iterator[Part]:
    """Yield a ticket and, where there is one, its rewind point.

    Args:
        path: the ticket.
        remedy: what to do where it is no good.
    """

    def check(rewind: Path | None) -> str:
        try:
            return f"{len(verify(path, rewind))} checks"
        except ValueError as error:
            raise ValueError(f"{error}: {remedy}") from error
        except FileNotFoundError as error:
            raise FileNotFoundError(f"{error.filename} is missing: {remedy}") from error

    yield checked(path, partial(check, None))
    rewind = rewind_file(path)
    if rewind.exists():
        yield checked(rewind, partial(check, rewind))
