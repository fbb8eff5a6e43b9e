"""The run folder in several processes: the first keeps the run, the others a mirror of their own.

All do the same work from the same files, so each writes and reads them as if it were alone; but
checkpoints lie in the run folder only, and all write and read them together. A mirror begins as a
copy of the rest, and goes with its process.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jaxticket.parallel import hosts
from jaxticket.recipe import Recipe
from jaxticket.runs import Run

LEFT_OUT = shutil.ignore_patterns(
    "lock",
    "init",
    "rewind",
    "checkpoint",
    "drawn",
    "partial",
    "tensorboard",
    "saliency",
    "evaluations",
)


@contextmanager
def open_run(path: Path, recipe: Recipe, environment: Mapping[str, Any]) -> Iterator[Run]:
    """Open a run folder, or this process's mirror of it.

    Args:
        path: the run folder, which all processes see.
        recipe, environment: as for `Run`.

    Raises:
        ValueError: the processes have different recipes, or do not share the folder.
        Exception: what `Run` raises.
    """
    if hosts.alone():
        with Run(path, recipe, environment) as run:
            yield run
        return
    hosts.require_same("options or data", repr((recipe, path.name)))
    if hosts.first():
        with Run(path, recipe, environment) as run:
            hosts.wait_for_all("the run folder is open")
            hosts.wait_for_all("it is copied")
            yield run
        return
    hosts.wait_for_all("the run folder is open")
    with TemporaryDirectory(prefix="jaxticket-") as spare:
        mirror = Path(spare) / path.name
        try:
            shutil.copytree(path, mirror, ignore=LEFT_OUT)
        except FileNotFoundError:
            raise ValueError(
                f"{path} is not there in process {hosts.number()}: name a run_dir on a file system "
                "that all processes share"
            ) from None
        hosts.wait_for_all("it is copied")
        with Run(mirror, recipe, environment, arrays=path) as run:
            yield run
