"""Readers of what a run folder keeps, and of a study's."""

import json
from collections.abc import Callable
from pathlib import Path

import chex
import jax
import jax.numpy as jnp
import numpy as np

from experiments.one_run.page import write_report_page
from jaxticket.recipe import UnknownOption
from jaxticket.report.page import read_study
from jaxticket.runs import Damaged, files, read_run
from jaxticket.runs.attention import read_looks
from jaxticket.runs.calibrations import read_calibration, write_calibration
from jaxticket.runs.checkpoints import restore_tree, save_tree
from jaxticket.runs.counts import read_counts
from jaxticket.runs.efficiency import read_efficiency, write_efficiency
from jaxticket.runs.evaluations import evaluated, read_figures
from jaxticket.runs.log import MetricsLog, lines_of_level
from jaxticket.runs.looks import LookFolder
from jaxticket.runs.notes import count_notes
from tests.calibration.scored import calibration, scores
from tests.fuzz.reader import Reader
from tests.made_efficiency import made_efficiency
from tests.report.page.written import write_evaluation, write_run, write_saliency, write_study

Made = tuple[Path, list[bytes]]
ANSWERS = (Damaged, FileNotFoundError)


def _kept(path: Path) -> Made:
    """What is kept; of JSON that says its digest also what says none, so that it is looked into."""
    content = path.read_bytes()
    if path.suffix != ".json" or b'"sha256"' not in content:
        return path, [content]
    said = json.loads(content)
    del said["sha256"]
    return path, [content, json.dumps(said).encode(), json.dumps(said).encode()]


def _of_run(name: str) -> Callable[[Path], Made]:
    """Return what makes a run folder, of which one file is changed."""

    def make(folder: Path) -> Made:
        run = write_run(folder / "run")
        files.write_json(run / "notes.json", NOTES)
        files.write_json(run / "counts.json", {"train": {"real": {"": 3}, "Swap": {"c23": 2}}})
        return _kept(run / name)

    return make


NOTES = {
    "data": [{"name": "noise", "source": "s", "pictures": {"train": {"real": 3, "fake": 2}},
              "groups": {"train": 4}, "lines": ["a warning"]}],
    "weights": ["a.h5"], "batches": ["one class"],
}  # fmt: skip


def _calibration(folder: Path) -> Made:
    run = write_run(folder / "run")
    source = (run / "level_01" / "predictions_test.csv").read_bytes()
    (run / "level_01" / "predictions_validation.csv").write_bytes(source)
    path = write_calibration(run, 1, calibration(scores([-1.0] * 70, [1.0] * 70)))
    return _kept(path)


def _looks(name: str) -> Callable[[Path], Made]:
    def make(folder: Path) -> Made:
        path = write_saliency(folder) / name
        return _kept(path)

    return make


def _figures(folder: Path) -> Made:
    path = write_evaluation(folder) / "figures.json"
    return _kept(path)


def _efficiency(folder: Path) -> Made:
    path = write_efficiency(folder, made_efficiency()) / "efficiency.json"
    return _kept(path)


def _pictures(folder: Path) -> Made:
    return folder / "pictures.csv", [b"key,label,moved\na,1,0.5\nb,0,0.25\n"]


def _read_pictures(path: Path) -> None:
    with LookFolder(path.parent) as folder:
        folder.pictures()


def _study(name: str) -> Callable[[Path], Made]:
    def make(folder: Path) -> Made:
        path = write_study(folder / "study") / name
        return _kept(path)

    return make


def _read_run(path: Path) -> object:
    return read_run(path.parent)


def _read_summary(path: Path) -> object:
    return read_run(path.parent).headline


def _read_log(path: Path) -> None:
    read_run(path.parent).log()
    lines_of_level(path, 1)


def _read_figures(path: Path) -> None:
    read_figures(path.parents[3])
    evaluated(path.parent)


def _read_level(path: Path) -> object:
    return read_run(path.parents[1]).layers(1)


def _read_predictions(path: Path) -> object:
    return read_run(path.parents[1]).predictions(1)


TREE = {"params": {"conv": {"kernel": np.arange(12, dtype=np.float32).reshape(3, 4)}},
        "step": np.int32(7)}  # fmt: skip


def _checkpoint(name: str) -> Callable[[Path], Made]:
    """Return what makes a checkpoint, of which the file of such a name is changed."""

    def make(folder: Path) -> Made:
        save_tree(folder / "weights", jax.tree.map(jnp.asarray, TREE))
        (path, *_) = sorted((folder / "weights").glob(name))
        return path, [path.read_bytes()]

    return make


def _read_checkpoint(path: Path) -> None:
    """Read a checkpoint.

    Raises:
        AssertionError: it was read, and is another tree than the one that was saved.
    """
    folder = next(parent for parent in path.parents if parent.name == "weights")
    chex.assert_trees_all_equal(restore_tree(folder, TREE), TREE)


def _go_on_with_log(path: Path) -> None:
    log = MetricsLog(path, path.parent / "tensorboard", 8)
    log.forget_after((0, 3))
    log.flush()
    log.close()


def _write_pages(path: Path) -> None:
    """Write the pages of the run or study that a file belongs to."""
    names = {"run", "study"}
    folder = next(parent for parent in path.parents if parent.name in names)
    for share in (False, True):
        write_report_page([folder], folder.parent / "page.html", share=share)


def _page_of(make: Callable[[Path], Made]) -> Reader:
    return Reader(make, _write_pages, (*ANSWERS, UnknownOption), "json", 20)


READERS = {
    "page of config": _page_of(_of_run("config.json")),
    "page of environment": _page_of(_of_run("environment.json")),
    "page of summary": _page_of(_of_run("summary.json")),
    "page of evaluation": _page_of(_of_run("level_01/evaluation.json")),
    "page of notes": _page_of(_of_run("notes.json")),
    "page of study": _page_of(_study("results.json")),
    "run config": Reader(_of_run("config.json"), _read_run, (*ANSWERS, UnknownOption), "json", 2),
    "run environment": Reader(_of_run("environment.json"), _read_run, ANSWERS, "json", 2),
    "run summary": Reader(_of_run("summary.json"), _read_summary, ANSWERS, "json", 2),
    "run evaluation": Reader(_of_run("level_01/evaluation.json"), lambda path: read_run(
        path.parents[1]), ANSWERS, "json", 2),
    "run layers": Reader(_of_run("level_01/layers.csv"), _read_level, ANSWERS, "table", 2),
    "run predictions": Reader(
        _of_run("level_01/predictions_test.csv"), _read_predictions, ANSWERS, "table", 2
    ),
    "run notes": Reader(
        _of_run("notes.json"), lambda path: count_notes([path.parent]), ANSWERS, "json"
    ),
    "run counts": Reader(
        _of_run("counts.json"), lambda path: read_counts(path.parent), ANSWERS, "json"
    ),
    "run log": Reader(_of_run("metrics.jsonl"), _read_log, ANSWERS, "json lines", 2),
    "run log gone on with": Reader(
        _of_run("metrics.jsonl"), _go_on_with_log, ANSWERS, "json lines", 2
    ),
    "checkpoint's arrays": Reader(
        _checkpoint("d/*"), _read_checkpoint, (Damaged, OSError), "bytes", 20
    ),
    "checkpoint's manifest": Reader(
        _checkpoint("manifest.ocdbt"), _read_checkpoint, (Damaged, OSError), "bytes", 20
    ),
    "checkpoint's form": Reader(
        _checkpoint("_METADATA"), _read_checkpoint, (Damaged, OSError), "json", 20
    ),
    "checkpoint's description": Reader(
        _checkpoint("_CHECKPOINT_METADATA"), _read_checkpoint, (Damaged, OSError), "json", 20
    ),
    "run calibration": Reader(
        _calibration, lambda path: read_calibration(path.parents[1], 1), ANSWERS, "json"
    ),
    "run gallery": Reader(
        _looks("gallery.json"), lambda path: read_looks(path.parent), ANSWERS, "json"
    ),
    "run pictures": Reader(_pictures, _read_pictures, ANSWERS, "table"),
    "run maps": Reader(
        _looks("figures.json"), lambda path: read_looks(path.parent), ANSWERS, "json"
    ),
    "run figures": Reader(_figures, _read_figures, ANSWERS, "json"),
    "run efficiency": Reader(
        _efficiency, lambda path: read_efficiency(path.parents[1]), ANSWERS, "json"
    ),
    "study results": Reader(
        _study("results.json"), lambda path: read_study(path.parent, "study"), ANSWERS, "json"
    ),
    "study table": Reader(
        _study("robustness.csv"), lambda path: read_study(path.parent, "study"), ANSWERS, "table"
    ),
}  # fmt: skip
