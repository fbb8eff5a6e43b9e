"""From `--dataset` to a prepared set: one with a name, a prepared one, or a folder of pictures."""

import difflib
import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from data_prep.folder import is_prepared, open_pictures, prepare_pictures, set_folder
from data_prep.prepared.card import CARD_FILE, DataCard, read_card
from data_prep.prepared.card_text import concerns
from data_prep.prepared.write_once import is_whole
from data_prep.schema import LABELS, SPLITS
from data_prep.source.places import text_of
from data_prep.synthetic import EMBEDDED, prepare_embedded
from data_prep.terminal.bars import make_bars
from jaxticket.doors import is_own, look_up, naming

OnProgress = Callable[[str, int, int], None]
"""Called with what is counted (such as `pictures prepared`), how many are done, and all."""
Prepare = Callable[[Path, OnProgress], Path]
"""`(data_dir, on_progress) -> folder` of a prepared set, prepared there or found again."""

DATASETS: dict[str, Prepare] = {name: partial(prepare_embedded, name) for name in EMBEDDED}
"""The data sets that have a name: the embedded ones."""

_WANTED = (
    "Name a folder with real and fake pictures, such as pictures with pictures/train/real, "
    f"pictures/train/fake, ..., an embedded set: {', '.join(DATASETS)}; or your own as "
    "package.module:name"
)


def default_data_dir() -> Path:
    """Return where prepared sets lie: $JAXTICKET_DATA, or a folder in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("JAXTICKET_DATA") or cache / "jaxticket" / "data")


def prepared_path(
    dataset: str, data_dir: Path, skip_limit: int, console: Console, *, testing: bool = False
) -> Path:
    """Return the prepared set that `--dataset` names; what is not prepared yet is, once.

    Args:
        dataset: the name of an embedded set, a prepared set, a folder of pictures, a manifest CSV,
            or `package.module:name` of a `Prepare`. A folder that is called like one of the names
            is meant by `./NAME`.
        data_dir: where prepared sets lie.
        skip_limit: unreadable pictures to skip before it is an error.
        console: shows the progress.
        testing: whether a finished run is to be tested on it: then one class will do, and no
            training pictures.

    Raises:
        ValueError: it is none of these, or the pictures cannot make a set; says why.
    """
    path = Path(dataset).expanduser()
    if dataset in DATASETS or (is_own(dataset) and not path.exists()):
        path = _named(dataset, data_dir, console)
    elif not dataset:
        raise ValueError(f"--dataset is empty. {_WANTED}")
    elif not path.exists():
        raise ValueError(f"--dataset={dataset}: there is no such folder{_near(dataset)}. {_WANTED}")
    elif not is_prepared(path) and not (path / CARD_FILE).is_file():  # or a part of it is gone
        path = _prepare(path, data_dir, skip_limit, console, testing)
    if (path / CARD_FILE).is_file():
        _heed(read_card(path), console, testing)
    return path


def _prepare(
    folder: Path, data_dir: Path, skip_limit: int, console: Console, testing: bool
) -> Path:
    source = open_pictures(folder)
    if not testing and not is_whole(set_folder(source, data_dir)):
        # Names tell in a moment what would be refused when all pictures are prepared.
        entries = source.arrange().entries
        numbers = Counter((entry.split, LABELS[entry.label]) for entry in entries)
        _check_trainable(text_of(source.name), lambda split, label: numbers[split, label])
    with _bars(console) as bars:
        task = bars.add_task("pictures prepared", total=None)
        path = prepare_pictures(
            source,
            data_dir,
            skip_limit=skip_limit,
            on_progress=lambda done, total: bars.update(task, completed=done, total=total),
        )
    console.print(f"prepared set {path}")
    return path


def _named(name: str, data_dir: Path, console: Console) -> Path:
    prepare = look_up("data set", name, DATASETS)
    if not callable(prepare):
        raise ValueError(
            f"the data set {name!r} is a {type(prepare).__name__}: give a function "
            "(data_dir, on_progress) -> folder of a prepared set"
        )
    with _bars(console) as bars:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        with naming("data set", name):
            path = prepare(data_dir, show)
    if not isinstance(path, str | Path) or not is_prepared(path):
        given = f"'{path}'" if isinstance(path, Path) else repr(path)
        raise ValueError(
            f"the data set {name!r} must give the folder of a prepared set; it gives {given}"
        )
    path = Path(path)
    console.print(f"prepared set {path}")
    return path


def _bars(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    times = (TimeElapsedColumn(), TimeRemainingColumn())
    return make_bars(*columns, *times, console=console)


def _heed(card: DataCard, console: Console, testing: bool) -> None:
    """Say what the data card warns of; before training, refuse a split of one class or none."""
    for line in concerns(card):
        console.print(line, style="bold yellow" if line.startswith("WARNING") else None)
    if not testing:
        _check_trainable(card.name, lambda split, label: card.pictures[split].get(label, 0))


def _check_trainable(name: str, number: Callable[[str, str], int]) -> None:
    """Refuse a set without training pictures, or with a split of one class.

    Args:
        name: of the set.
        number: how many pictures a split has of a label.

    Raises:
        ValueError: says which.
    """
    if not any(number("train", label) for label in LABELS):
        absent = [
            f"; to train on it, add {label} pictures: there are none"
            for label in LABELS
            if not any(number(split, label) for split in SPLITS)
        ]
        raise ValueError(
            f"{name} is a set for testing only: no picture is in train, so nothing can be "
            "trained on it; evaluate a finished run on it with python -m experiments.evaluate "
            f"--run=RUN --dataset=SET{''.join(absent)}"
        )
    for split in SPLITS:
        for label in LABELS:
            if not number(split, label):
                raise ValueError(
                    f"the {split} split of {name} holds no {label} pictures; both classes are "
                    "needed in every split"
                )


def _near(dataset: str) -> str:
    """Return what there is instead, as a part of a message: similar names, or no such folder."""
    path = Path(dataset).expanduser()
    if not path.parent.is_dir():
        return f" (nor {path.parent})"
    names = [*DATASETS, *(beside.name for beside in path.parent.iterdir())]
    near = difflib.get_close_matches(path.name, names, n=3)
    return f"; near it: {', '.join(near)}" if near else ""
