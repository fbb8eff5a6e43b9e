"""Looking at runs: maps of the networks compared, measured, drawn and kept."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from experiments.attention.gallery import write_gallery
from experiments.attention.networks import check_controls, networks_of
from experiments.attention.pictures import Pictures, pictures_of
from experiments.attention.question import question_of
from experiments.one_run.data import Data
from experiments.one_run.finished_run import kept_levels
from experiments.options.saliency import Config
from experiments.terminal.attention_tables import Progress, tables
from jaxticket.attention.figures import figures
from jaxticket.attention.measure import Explainer, Network, Question, measure
from jaxticket.attention.table import Measured, columns_of, from_rows
from jaxticket.data import Examples
from jaxticket.recipe import folder_name
from jaxticket.report.attention import advice, conclusion
from jaxticket.runs import RunRecord, read_run
from jaxticket.runs.attention import (
    Figures,
    SaliencyFolder,
    saliency_folder,
    show_in_tensorboard,
)
from jaxticket.runs.controls import find_controls
from jaxticket.text import count_text, sample_text

FORMAT = 3
"""The form of what is kept: in another form it is made anew."""


def look_after_run(
    path: Path, data: Data, examples: Examples, validation: Examples, console: Console
) -> None:
    """Look at a run that has just ended, in a light form; an error is only a warning.

    At most 500 pictures, without deletion and insertion, and without controls, which are not there
    yet.

    Args:
        path: the run folder.
        data: of the run.
        examples: its test split.
        validation: its validation split.
        console: shows what goes wrong.
    """
    config = Config(run=(path,), pictures=500, faithfulness=False, controls="none")
    begin = time.perf_counter()
    try:
        quiet = Console(quiet=True)
        look(config, [read_run(path)], pictures_of(config, data, examples, validation), quiet)
    except Exception as error:  # the run is done and stays whole whatever happens here
        console.print(
            f"WARNING no maps of where the networks look: {error}; try "
            f"python -m experiments.saliency --run={path}",
            style="bold yellow",
        )
    else:
        console.print(f"maps {saliency_folder(path)}, {time.perf_counter() - begin:.0f} s")


def look(config: Config, runs: Sequence[RunRecord], pictures: Pictures, console: Console) -> Path:
    """Measure, draw and write what `main` says, of pictures that are there.

    Raises:
        ValueError: an option is wrong.
    """
    levels = kept_levels(config.levels, runs[0])
    question = question_of(config, runs[0])
    named = [Path(p) for p in config.controls.split(",")] if "," in config.controls else None
    if named is None and config.controls not in ("auto", "none"):
        named = [Path(config.controls)]
    if named is not None:
        check_controls(runs, named, levels)
    controls = [[] if config.controls == "none" else find_controls(run, named) for run in runs]
    header = _header(config, question, runs, pictures)
    console.print(
        f"{header['method']} of {header['layer']} for the answer {header['direction']}: "
        f"{count_text(len(pictures.examples), 'picture')} of "
        f"{count_text(len(set(pictures.examples.groups)), 'group')}, "
        f"{sample_text(pictures.methods)}"
    )
    explainer = Explainer(question)
    progress = None
    measured = []
    for at, run in enumerate(runs):
        other = runs[(at + 1) % len(runs)] if len(runs) > 1 else None
        networks = networks_of(run, levels, controls[at], other)
        progress = progress or Progress(console, len(networks) * len(runs))
        measured.append(
            _look_at(config, run, networks, explainer, pictures, header, progress, console)
        )
    title = f"{' and '.join(run.path.name for run in runs)}, {config.split} split"
    rows = figures(measured, synthetic=pictures.synthetic)
    of_all = msgspec.convert(header | {"rows": rows}, Figures)
    console.print(conclusion(of_all, advice(runs[0], of_all.rows)))
    for table in tables(rows, title + (", synthetic" if pictures.synthetic else "")):
        console.print(table)
    if pictures.synthetic:
        console.print("synthetic pictures: they stand for no real data set")
    folder = saliency_folder(runs[0].path)
    if len(runs) > 1 or config.out is not None:
        identity = {"model": runs[0].recipe.model, **pictures.identity, **asdict(question)}
        identity["runs"] = [str(run.path.resolve()) for run in runs]
        folder = config.out or Path("runs") / folder_name(
            "saliency", runs[0].recipe.model, pictures.identity["data_name"], identity
        )
        with SaliencyFolder(folder) as kept:
            kept.write_figures(header, rows)
    console.print(f"figures {folder / 'figures.csv'}")
    return folder


def _look_at(
    config: Config,
    run: RunRecord,
    networks: Sequence[Network],
    explainer: Explainer,
    pictures: Pictures,
    header: dict[str, Any],
    progress: Progress,
    console: Console,
) -> Measured:
    """Measure one run, or read what was measured; write its figures and its gallery."""
    made_from = {
        "format": FORMAT, "gallery": config.gallery, **pictures.identity,
        **asdict(explainer.question), "weights": {str(n.name): n.weights.digest for n in networks},
    }  # fmt: skip
    with SaliencyFolder(saliency_folder(run.path)) as kept:
        rows = kept.pictures(made_from)
        if rows is None:
            measured = measure(
                explainer,
                networks,
                pictures.examples,
                pictures.validation,
                pictures.regions,
                progress,
            )
            kept.start()  # only now: what was there stays if measuring fails
            rows = kept.write_pictures(measured.rows(), columns_of(measured.quantities()))
            if config.gallery:
                shown = write_gallery(
                    kept, explainer, networks, pictures.examples, measured, config.gallery, header
                )
                show_in_tensorboard(run.path, shown)
            kept.finish(made_from)
        else:
            console.print(f"{run.path.name}: kept from before")
        measured = from_rows(rows)
        kept.write_figures(
            header | {"runs": [run.path.name]},
            figures([measured], synthetic=pictures.synthetic),
        )
    return measured


def _header(
    config: Config, question: Question, runs: Sequence[RunRecord], pictures: Pictures
) -> dict[str, Any]:
    """Return what the figures and the gallery show, ready for JSON."""
    classes = runs[0].recipe.classes
    return {
        "kind": "attention",
        "layer": question.layer or "the pixels",
        "method": question.method,
        "direction": config.explain or ("predicted" if classes else "fake"),
        "top": question.top,
        "runs": [run.path.name for run in runs],
        "pictures_used": len(pictures.examples),
        "pictures_of": pictures.methods,
        "synthetic": pictures.synthetic,
        **pictures.identity,
    }
