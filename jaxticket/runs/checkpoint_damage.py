"""What Orbax and its storage raise over broken content, as one kind of error."""

import errno
import gc
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax

from jaxticket.runs.damage import Damaged

GRACE_SECONDS = 0.2
"""For reads beside one that failed, which Orbax does not wait for."""


@contextmanager
def as_damage(path: Path, remedy: str) -> Iterator[None]:
    """Turn whatever Orbax and its storage raise over broken content into one kind of error.

    Not a lack of memory, nor a disk or permission that fails: there the content may be whole.
    """
    with _reads_ending_unheard():
        try:
            yield
            return
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            damage = Damaged(path, error.strerror or error, remedy)
        except (MemoryError, jax.errors.JaxRuntimeError, OSError):
            raise
        except Exception as error:
            if "PERMISSION_DENIED" in str(error):
                code = errno.EACCES
                raise PermissionError(code, os.strerror(code), str(path)) from error
            damage = Damaged(path, error, remedy)
        # The error and its frames are gone here: what still reads beside what failed may end.
        gc.collect()
        time.sleep(GRACE_SECONDS)
    raise damage


@contextmanager
def _reads_ending_unheard() -> Iterator[None]:
    """Keep tracebacks off the screen that Orbax's other reads print when one of them fails."""
    hook = sys.unraisablehook

    def others(unraisable: Any) -> None:
        text = str(unraisable.exc_value)
        if not text.startswith(("Event loop is closed", "Encountered error while reading array")):
            hook(unraisable)

    tasks = logging.getLogger("asyncio")
    level = tasks.level
    sys.unraisablehook = others
    tasks.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        sys.unraisablehook = hook
        tasks.setLevel(level)
