"""Rot: each kind of file of a run folder, damaged in each way, then read in each way.

    python -m tests.harness.rot RUN --times=20

RUN is a finished run, which is copied. Whatever is damaged, who reads it must be told the file, or
come to the same result; the table says how often which of the two it was. A flipped bit lies in the
middle, and at other places drawn by a seed.
"""

import argparse
import random
import re
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import jax
import numpy as np

from experiments.verifying.run import run_parts
from jaxticket.recipe import UnknownOption
from jaxticket.runs import RunRecord, read_run
from jaxticket.runs.attention import read_looks, saliency_folder
from jaxticket.runs.checkpoints import restore_tree
from jaxticket.runs.controls import find_controls
from jaxticket.runs.counts import read_counts
from jaxticket.runs.folder import read_executed_steps
from jaxticket.runs.notes import read_notes
from jaxticket.runs.weights import read_beginning, read_level
from jaxticket.tickets import load_rewind, load_ticket, rewind_file

WAYS = ("flip", "cut", "empty", "remove", "folder")
WRITTEN_ANEW = (
    "accuracy.png", "lock", "report.html", "report.md", "share.html", "summary.csv",
    "data_sets.json",
)  # fmt: skip
"""Files that no result is read from: each command writes them again, or can do without."""
ERRORS = (ValueError, OSError, UnknownOption)


def kinds(run: Path) -> dict[str, list[Path]]:
    """Return the files of a run folder by kind: names without numbers and hashes, sorted."""
    found: dict[str, list[Path]] = {}
    for file in sorted(path for path in run.rglob("*") if path.is_file()):
        name = file.relative_to(run).as_posix()
        kind = re.sub(r"level_\d+|process_\d+|events\.out.*|\b[0-9a-f]{32}\b|\d\d+", "*", name)
        kind = re.sub(r"saliency/looks/[^/]+/gallery[^/]*/.*", "saliency/looks/*/*.png", kind)
        found.setdefault(re.sub(r"saliency/looks/[^/]+/", "saliency/looks/*/", kind), []).append(
            file
        )
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


def results(path: Path) -> dict[str, Callable[[], Any]]:
    """Return by name what is read from a run folder, each a function that reads it."""

    def run() -> RunRecord:
        return read_run(path)

    numbers = [level.level for level in run().levels]
    return {
        "figures": lambda: (run().recipe, run().levels, run().headline, len(find_controls(run()))),
        "predictions": lambda: [
            run().predictions(n, split).columns()
            for n in numbers
            for split in ("validation", "test")
        ],
        "layers": lambda: [run().layers(n) for n in numbers],
        "log": lambda: run().log(),
        "counts": lambda: (read_counts(path), read_notes(path)),
        "steps": lambda: read_executed_steps(path),
        "weights": lambda: [bits(read_level(path, n)) for n in numbers],
        "beginning": lambda: bits(read_beginning(path)),
        "rewind": lambda: bits(restore_tree(path / "rewind")) if (path / "rewind").exists() else 0,
        "ticket": lambda: _ticket(path / "ticket.safetensors"),
        "looks": lambda: read_looks(saliency_folder(path)),
    }


def bits(tree: Any) -> list[bytes]:
    """Return the bytes of a tree's leaves."""
    return [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(tree)]


def _ticket(file: Path) -> Any:
    ticket = load_ticket(file)
    arrays = [ticket.params, ticket.batch_stats, ticket.masks]
    if rewind_file(file).exists():
        arrays += [load_rewind(rewind_file(file), ticket).params]
    return ticket.manifest, bits(arrays)


def outcome(read: Callable[[], Any], before: Any, file: Path) -> str:
    """Return how reading went: `same` or `told`; `other`, `unnamed`, `traceback` are wrong."""
    try:
        return "same" if read() == before else "other"
    except ERRORS as error:
        text = f"{error} {getattr(error, 'filename', '')}"
        # A checkpoint is one thing: its folder is named, not Orbax's file in it.
        named = {str(place) for place in (file, *file.parents[:4])} - {str(file.parents[-1])}
        return "told" if any(place in text for place in named) else f"unnamed: {text}"
    except Exception:
        return f"traceback: {traceback.format_exc()}"


def noticed(path: Path, file: Path) -> str:
    """Return whether verify tells of a file: `told`, or `unseen`."""
    wrong = [part.path for part in run_parts(path) if not part.good]
    return "told" if any(place == file or place in file.parents for place in wrong) else "unseen"


def attempt(
    path: Path,
    file: Path,
    way: str,
    reads: dict[str, Callable[[], Any]],
    before: dict[str, Any],
    draw: random.Random | None = None,
) -> dict[str, str]:
    """Damage a file of a run, read everything, verify, and put it back; return how it went.

    Args:
        path: the run folder.
        file: one of its files.
        way: of the `WAYS`.
        reads: `results` of the whole folder.
        before: what they gave.
        draw: says where a bit is flipped or the file is cut; None in the middle.
    """
    content, stat = file.read_bytes(), file.stat()
    damage(file, way, draw)
    try:
        found = {name: outcome(read, before[name], file) for name, read in reads.items()}
        return found | {"verify": noticed(path, file)}
    finally:
        if file.is_dir():
            file.rmdir()
        file.write_bytes(content)
        file.chmod(stat.st_mode)


def is_lost(kind: str, way: str, found: dict[str, str]) -> bool:
    """Return whether nothing tells that a file was cut, emptied, removed or replaced."""
    anew = kind in WRITTEN_ANEW or kind.startswith("tensorboard") or way == "flip"
    return not anew and set(found.values()) == {"same", "unseen"}


def table(counts: Counter[tuple[str, str, str]], files: Iterable[str]) -> str:
    """Return a Markdown table: a row a kind of file, a column a way, how often what happened."""
    rows = ["| file | " + " | ".join(WAYS) + " |", "|---|" + "---|" * len(WAYS)]
    for name in files:
        cells = []
        for way in WAYS:
            told, same, bad = (counts[name, way, what] for what in ("told", "same", "bad"))
            cells.append(f"{told} told, {same} same" + (f", **{bad} BAD**" if bad else ""))
        rows.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def main() -> int:
    """Try all, print the table and what went wrong; the status is 1 where something did."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--times", type=int, default=1, help="flips and cuts of each kind of file")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    counts: Counter[tuple[str, str, str]] = Counter()
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(given.run, Path(folder) / "runs" / given.run.name)
        files, reads = kinds(copy), results(copy)
        before = {name: read() for name, read in reads.items()}
        for kind, members in files.items():
            draw = random.Random(f"{given.seed} {kind}")
            for way in WAYS:
                for time in range(given.times if way in ("flip", "cut") else 1):
                    file = draw.choice(members)
                    found = attempt(copy, file, way, reads, before, draw if time else None)
                    bad = {n: w for n, w in found.items() if w not in ("told", "same", "unseen")}
                    if is_lost(kind, way, found):
                        bad["verify"] = "unseen"
                    what = "bad" if bad else "told" if "told" in found.values() else "same"
                    counts[kind, way, what] += 1
                    wrong += [f"{kind} {way} {n}: {w}" for n, w in bad.items()]
    print(table(counts, files))
    print(f"\n{counts.total()} tried, {len(wrong)} wrong", *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
