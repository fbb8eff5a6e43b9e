"""What rots: files of a run folder by kind, ways to damage one, and what is read from each."""

import random
import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import numpy as np
from msgspec import structs

from experiments.one_run.page import run_part
from jaxticket.runs import LevelRecord, RunRecord, read_run
from jaxticket.runs.attention import read_looks, saliency_folder
from jaxticket.runs.calibrations import read_calibration
from jaxticket.runs.checkpoints import restore_tree
from jaxticket.runs.counts import read_counts
from jaxticket.runs.efficiency import read_efficiency
from jaxticket.runs.evaluations import read_figures
from jaxticket.runs.folder import read_executed_steps
from jaxticket.runs.notes import read_notes
from jaxticket.runs.weights import read_level
from jaxticket.tickets import load_rewind, load_ticket, rewind_file

WAYS = ("flip", "cut", "empty", "remove", "folder")
ADDITIONS = re.compile(r"level_\d+/calibration|(efficiency|evaluations|saliency)/|ticket\.rewind")
"""What other commands add to a run: one that is gone counts as never made."""
Read = Callable[[], Any]


def kinds(run: Path) -> dict[str, list[Path]]:
    """Return the files of a run folder by kind: names without numbers and hashes, sorted."""
    found: dict[str, list[Path]] = {}
    for file in sorted(path for path in run.rglob("*") if path.is_file()):
        name = file.relative_to(run).as_posix()
        kind = re.sub(r"level_\d+|process_\d+|events\.out.*|\b[0-9a-f]{32}\b|\d\d+", "*", name)
        kind = re.sub(r"saliency/looks/[^/]+/gallery[^/]*/.*", "saliency/looks/*/*.png", kind)
        kind = re.sub(r"(saliency/looks|evaluations/[^/]+)/[^/]+/", r"\1/*/", kind)
        found.setdefault(kind, []).append(file)
    return dict(sorted(found.items()))


def damage(file: Path, way: str, draw: random.Random | None = None) -> None:
    """Damage a file in one of the `WAYS`: in the middle, or where `draw` says."""
    content = bytearray(file.read_bytes())
    place = len(content) // 2 if draw is None else draw.randrange(max(1, len(content)))
    file.unlink()
    match way:
        case "flip":
            if content:
                content[place] ^= 1 << (0 if draw is None else draw.randrange(8))
            file.write_bytes(content)
        case "cut":
            file.write_bytes(content[:place])
        case "empty":
            file.write_bytes(b"")
        case "folder":
            file.mkdir()


def put_back(file: Path, content: bytes) -> None:
    """Have a file as it was before `damage`."""
    if file.is_dir():
        file.rmdir()
    file.write_bytes(content)


def state(file: Path) -> bytes | str:
    """Return a file's content, or what is in its place."""
    return file.read_bytes() if file.is_file() else "folder" if file.is_dir() else "nothing"


def reads(run: Path, file: Path) -> dict[str, Read]:
    """Return by name what is read of a run where one of its files is in question.

    The recipe, the levels and the headline always, since they are cheap; of the rest what the file
    has a part in.
    """
    name = file.relative_to(run).as_posix()
    level = int(found[1]) if (found := re.match(r"level_(\d+)/", name)) else 0
    of_name: dict[str, dict[str, Read]] = {
        r"level_\d+/checkpoint/": {f"weights {level}": lambda: bits(read_level(run, level))},
        r"level_\d+/predictions": {
            f"{split} {level}": lambda split=split: (
                read_run(run).predictions(level, split).columns()
            )
            for split in ("validation", "test")
        },
        r"level_\d+/layers": {f"layers {level}": lambda: read_run(run).layers(level)},
        r"level_\d+/calibration": {f"calibration {level}": lambda: read_calibration(run, level)},
        r"init/": {"beginning": lambda: bits(restore_tree(run / "init"))},
        r"rewind/": {"rewind point": lambda: bits(restore_tree(run / "rewind"))},
        r"counts|notes": {"counts": lambda: (read_counts(run), read_notes(run))},
        r"executed": {"steps": lambda: read_executed_steps(run)},
        r"metrics": {"log": lambda: read_run(run).log()},
        r"ticket": {"ticket": lambda: _ticket(run / "ticket.safetensors")},
        r"saliency/": {"looks": lambda: read_looks(saliency_folder(run))},
        r"efficiency/": {"costs": lambda: read_efficiency(run)},
        r"evaluations/": {"evaluations": lambda: read_figures(run)},
    }
    own = {k: v for start, of in of_name.items() if re.match(start, name) for k, v in of.items()}
    return {"figures": lambda: _figures(read_run(run)), **own}


def outcome(read: Read, before: Any, file: Path, run: Path) -> str:
    """Return how reading went: `same` or `told`; `other`, `unnamed`, `traceback` are wrong.

    Args:
        read: of `reads`.
        before: what it gave.
        file: that was damaged since.
        run: the run folder that it lies in.
    """
    try:
        return "same" if read() == before else "other"
    except (ValueError, OSError) as error:
        text = f"{error} {getattr(error, 'filename', '')}"
        return "told" if names(text, file, run) else f"unnamed: {text}"
    except Exception:
        return f"traceback: {traceback.format_exc()}"


def wrong(found: Mapping[str, str], *, gone: bool) -> dict[str, str]:
    """Return which of the ways in which a file was read went wrong, and how.

    Args:
        found: by name, of `outcome` and the like.
        gone: whether the file was an addition that is not there any more, as if never made.
    """
    told_first = "told" in (found.get("figures"), found.get("page"))  # what each reader begins with
    fine = {"told", "same", "unseen", *(["other"] if told_first else [])}
    bad = {name: how for name, how in found.items() if how not in fine}
    return {name: how for name, how in bad.items() if not (gone and how.startswith("other"))}


def names(text: str, file: Path, run: Path) -> bool:
    """Return whether a text names a file of a run; of a checkpoint, which is one, its folder."""
    text = re.sub(r"\s+", "", text)
    places = [place for place in (file, *file.parents) if run in place.parents]
    return any(str(place) in text for place in places) or (str(run) in text and file.name in text)


def page_reads(run: Path) -> dict[str, Read]:
    """Return what the page of a run makes of it and of the runs beside it, but for durations."""

    def part() -> Any:
        found = run_part(run, run.name)
        _say(found.lacking)
        controls = [replace(one, record=timeless(one.record)) for one in found.controls]
        return found.headline, controls, found.judged

    return {"page": part}


def timeless(record: LevelRecord) -> LevelRecord:
    """Return what a level was evaluated to, without how long it took."""
    return structs.replace(record, seconds=0.0, seconds_by_activity={}, files=None)


def bits(tree: Any) -> list[bytes]:
    """Return the bytes of a tree's leaves."""
    return [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(tree)]


def _figures(run: RunRecord) -> Any:
    _say([*run.lacking, *([] if run.summary else [f"{run.path}, summary.json: not finished"])])
    return run.recipe, run.levels, run.headline, run.environment


def _say(lacking: Sequence[str]) -> None:
    """Raise what a reader is told without an error."""
    if lacking:
        raise ValueError("; ".join(lacking))


def _ticket(file: Path) -> Any:
    ticket = load_ticket(file)
    arrays = [ticket.params, ticket.batch_stats, ticket.masks]
    if rewind_file(file).exists():
        arrays += [load_rewind(rewind_file(file), ticket).params]
    return ticket.manifest, bits(arrays)
