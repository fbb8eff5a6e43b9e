"""From `--dataset` to a prepared set: one that is prepared already, or a folder of pictures."""

import difflib
import os
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from data_prep.card import read_card
from data_prep.folder import is_prepared, prepare_folder


def default_data_dir() -> Path:
    """Return where prepared sets lie: $JAXTICKET_DATA, or a folder in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("JAXTICKET_DATA") or cache / "jaxticket" / "data")


def prepared_path(dataset: str, data_dir: Path, skip_limit: int, console: Console) -> Path:
    """Return the prepared set that `--dataset` names, preparing a folder of pictures once.

    Args:
        dataset: a prepared set, a folder of pictures, or a manifest CSV.
        data_dir: where prepared sets lie.
        skip_limit: unreadable pictures to skip before it is an error.
        console: shows the progress.

    Raises:
        ValueError: it is none of these, or the pictures cannot make a set; says why.
    """
    path = Path(dataset).expanduser()
    if not dataset:
        raise ValueError(
            "--dataset is missing: name a folder with real and fake pictures, such as "
            "--dataset=pictures with pictures/train/real, pictures/train/fake, ..."
        )
    if not path.exists():
        raise ValueError(f"--dataset={dataset}: there is no such folder{_near(path)}")
    return path if is_prepared(path) else _prepare(path, data_dir, skip_limit, console)


def _prepare(source: Path, data_dir: Path, skip_limit: int, console: Console) -> Path:
    columns = ("preparing", BarColumn(), MofNCompleteColumn(), "pictures", TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("preparing", total=None)
        path = prepare_folder(
            source,
            data_dir,
            skip_limit=skip_limit,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    console.print(f"prepared set {path}")
    for warning in read_card(path).warnings:
        console.print(f"WARNING {warning}", style="bold yellow")
    return path


def _near(path: Path) -> str:
    if not path.parent.is_dir():
        return f" (nor {path.parent})"
    near = difflib.get_close_matches(path.name, [p.name for p in path.parent.iterdir()], n=3)
    return f"; near it: {', '.join(near)}" if near else ""
