"""A world's files on disk: whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from data_prep.prepared.files import cannot_write, locked, remove_partial, replacing
from data_prep.source.synthetic_mark import DESCRIPTION_FILE
from data_prep.synthetic.releases.delivery import COMPRESSIONS, describe
from data_prep.synthetic.releases.faceforensics import write_tree
from data_prep.synthetic.world import World


def render_once(
    world: World,
    root: Path,
    compressions: Sequence[str] = tuple(COMPRESSIONS),
    on_progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write a world's videos to `root` unless they are there.

    They are written beside `root` and moved there in one step, so that a rendering that was
    interrupted never looks whole; two processes that render the same world wait for each other.

    Args:
        world: what is rendered.
        root: the folder; new, empty, or holding this very world.
        compressions: keys of `COMPRESSIONS`.
        on_progress: called with (pairs done, pairs in all).

    Raises:
        FileExistsError: `root` holds something else.
        OSError: the videos cannot be written; nothing is kept then.
    """
    write_once_as(
        describe(world, compressions),
        root,
        lambda partial: write_tree(world, partial, compressions, on_progress),
    )


def write_once_as(
    description: Mapping[str, Any], root: Path, write: Callable[[Path], None]
) -> None:
    """Write what `description` says to `root` unless it is there.

    Args:
        description: what `synthetic.json`, which `write` leaves, says of the files.
        root: the folder; new, empty, or holding what was described.
        write: given a new folder, writes the files there.

    Raises:
        FileExistsError: `root` holds something else.
        OSError: the files cannot be written; nothing is kept then.
    """
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        with locked(root.parent / f".{root.name}.lock"):
            if _holds(root, description):
                return
            remove_partial(root)
            with replacing(root) as partial:
                write(partial)
    except FileExistsError:
        raise
    except OSError as error:
        raise cannot_write(error, root.parent, "the rendered world") from error


def _holds(root: Path, description: Mapping[str, Any]) -> bool:
    """Return whether `root` holds what was described; false if it is empty or not there."""
    if not root.exists() or (root.is_dir() and not any(root.iterdir())):
        return False
    try:
        written = json.loads((root / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        written = None
    if written != description:
        raise FileExistsError(
            f"{root} holds something else than the world that was asked for: name a new or an "
            "empty folder, or remove it"
        )
    return True
