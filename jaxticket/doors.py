"""What a user names: one of ours by its name in a table, or their own as `package.module:name`.

Code of the user's is imported here and nowhere else, and only because its name was given, on a
command line, to a function, or by the run that is gone on with.
"""

import difflib
import pkgutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

Row = TypeVar("Row")


def is_own(name: str) -> bool:
    """Return whether a name has the form `package.module:name` of a user's own."""
    return ":" in name


def look_up(kind: str, name: str, table: Mapping[str, Any]) -> Any:
    """Return a row of a table, or the user's own object of that name.

    Args:
        kind: what the rows are, in the singular, for messages.
        name: a key of the table, or `package.module:name`.
        table: the rows by name.

    Raises:
        ValueError: the table has no such row, or there is no such module or name in it.
    """
    if name in table:
        return table[name]
    if is_own(name):
        return _import(kind, name)
    near = difflib.get_close_matches(name.lower(), table, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    raise ValueError(
        f"no {kind} named {name!r}; {hint}known: {', '.join(table)}, or your own as "
        "package.module:name"
    )


def look_up_row(kind: str, name: str, table: Mapping[str, Row], form: type[Any], give: str) -> Row:
    """Return a row of a table, the user's own row, or the row that their own function makes.

    Args:
        kind: as for `look_up`.
        name: as for `look_up`.
        table: the rows by name.
        form: the class of the rows, which makes one of a function.
        give: what a user may give, for the message.

    Raises:
        ValueError: there is no such thing, or it is neither a row nor a function.
    """
    row = look_up(kind, name, table)
    if isinstance(row, form):
        return row
    if not callable(row):
        raise ValueError(f"the {kind} {name!r} is a {type(row).__name__}: give {give}")
    return form(row)


@contextmanager
def naming(kind: str, name: str, where: str = "") -> Iterator[None]:
    """Name a user's own part in whatever its code raises; with a name of ours, do nothing.

    Args:
        kind: as for `look_up`.
        name: as for `look_up`.
        where: what it was called on, such as `on cnn5`, for the message.

    Raises:
        ValueError: the user's code raised something.
    """
    try:
        yield
    except Exception as error:
        if not is_own(name):
            raise
        raise ValueError(
            f"your own {kind} {name!r} fails{where and ' '}{where}: {type(error).__name__}: {error}"
        ) from error


def _import(kind: str, name: str) -> Any:
    module, _, attribute = name.partition(":")
    if not module or not attribute:
        raise ValueError(
            f"the {kind} {name!r} lacks its {'name' if module else 'module'}: give your own as "
            "package.module:name"
        )
    try:
        return pkgutil.resolve_name(name)
    except ModuleNotFoundError as error:
        raise ValueError(
            f"the {kind} {name!r} cannot be imported: {error}. Install its package, or name its "
            "folder in PYTHONPATH"
        ) from error
    except AttributeError as error:
        raise ValueError(f"the {kind} {name!r} is not there: {error}") from error
    except Exception as error:  # whatever the user's module raises when it is imported
        raise ValueError(
            f"the {kind} {name!r} cannot be imported: {type(error).__name__}: {error}"
        ) from error
