"""From `--dataset` to a prepared set: one that is prepared already, or a folder of pictures."""

import difflib
import os
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from data_prep.card import CARD_FILE, DataCard, concerns, read_card
from data_prep.folder import is_prepared, prepare_folder
from data_prep.records import LABELS


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
    if not is_prepared(path):
        path = _prepare(path, data_dir, skip_limit, console)
    if (path / CARD_FILE).is_file():
        _heed(read_card(path), console)
    return path


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
    return path


def _heed(card: DataCard, console: Console) -> None:
    """Say what the data card warns of; refuse a split of one class before anything is done."""
    for line in concerns(card):
        console.print(line, style="bold yellow" if line.startswith("WARNING") else None)
    for split, counts in card.pictures.items():
        for label in LABELS:
            if not counts.get(label):
                raise ValueError(
                    f"the {split} split of {card.name} holds no {label} pictures; both classes are "
                    "needed in every split"
                )


def _near(path: Path) -> str:
    if not path.parent.is_dir():
        return f" (nor {path.parent})"
    near = difflib.get_close_matches(path.name, [p.name for p in path.parent.iterdir()], n=3)
    return f"; near it: {', '.join(near)}" if near else ""
