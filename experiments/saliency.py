"""Does the ticket look where the dense network looked, and does it look at the forgery?

    python -m experiments.saliency --run=runs/imp_...
    python -m experiments.saliency --run=SEED1,SEED2,SEED3 --out=runs/attention

Makes the maps of a run's kept levels, of their controls and, with several runs, of another seed's
dense network; compares them with those of the dense network, with the forged region and with the
face; deletes and inserts what they mark. Several runs are seeds of one experiment: intervals are
over seeds and groups. What comes out lies in RUN/saliency: a row a picture and network, the
figures, and a gallery for the page (`python -m experiments.report RUN`). docs/attention.md says
what each figure means. The same command again reads what is there.
"""

import hashlib
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from rich.console import Console

from experiments.one_run.data import Data, open_data_of
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.finished_run import SKIP_LIMIT, detector_of, parse_levels
from experiments.one_run.recipe import run_name
from experiments.saliency_gallery import write_gallery
from experiments.saliency_networks import check_controls, check_runs, networks_of
from experiments.terminal.attention_tables import Progress, tables
from experiments.terminal.compilation_cache import keep_programs
from experiments.terminal.console import make_console
from experiments.terminal.options import Paths, parse
from experiments.terminal.program import run
from jaxticket.data import Examples, subset
from jaxticket.data.regions import read_regions
from jaxticket.lottery.attention import Explainer, Network, Question, choose, measure
from jaxticket.lottery.attention_figures import COLUMNS, figures
from jaxticket.lottery.attention_table import Measured, columns_of, from_rows
from jaxticket.runs import RunRecord, read_run
from jaxticket.runs.controls import find_controls
from jaxticket.runs.saliency import SaliencyFolder, saliency_folder, show_in_tensorboard
from jaxticket.saliency import default_layer
from jaxticket.saliency.maps import Method

FORMAT = 3
"""Of what is kept: with another one it is made anew."""
VALIDATION = 200
"""Most validation pictures by which a network's threshold is chosen."""


@dataclass(frozen=True)
class Config:
    """Maps of where a run's networks look, in pictures and in figures; nothing is trained."""

    run: Paths
    """The run folder, made by experiments.imp; or several with commas between: the seeds of one
    experiment, of the same model, data, image size and sparsities."""
    levels: str = "all"
    """Levels to look at, such as 0,5, or all that were kept. The dense one is always among them."""
    method: Method = "grad_cam"
    """How maps are made."""
    layer: str | None = None
    """Whose map is explained; not for integrated_gradients. Without it the last one of 4 x 4
    places or more."""
    explain: str | None = None
    """The answer that is explained: fake, real, predicted (what the dense network says of each
    picture), or, for runs of the task method, a class. Without it fake, or predicted for the task
    method."""
    split: Literal["train", "validation", "test"] = "test"
    """The split of the pictures."""
    dataset: str | None = None
    """The pictures, as for experiments.imp. Without it the run's own, if they are embedded."""
    data_dir: Path | None = None
    """Where prepared sets lie; as for experiments.imp."""
    pictures: int = 1000
    """Most pictures, whole groups drawn by a hash of their names; all if there are fewer."""
    top: float = 0.1
    """Share of the places, in (0, 1], whose overlap is measured."""
    faithfulness: bool = True
    """Delete and insert what the maps mark, on at most 128 pictures."""
    controls: str = "auto"
    """Controls of the levels: auto, the runs of experiments.control beside each run; none; or
    folders with commas between."""
    gallery: int = 24
    """Pictures of the gallery; 0 for none."""
    out: Path | None = None
    """Folder of the figures over several runs. Without it: runs/saliency_MODEL_DATASET_HASH."""


@dataclass(frozen=True)
class Pictures:
    """What the networks look at.

    Attributes:
        examples: the pictures.
        validation: forged ones of the validation split.
        regions: of the faces, name -> bool [N, H, H]; none where they are not known.
        identity: of the data, ready for JSON.
        synthetic: whether they are.
    """

    examples: Examples
    validation: Examples
    regions: dict[str, np.ndarray]
    identity: dict[str, Any]
    synthetic: bool


def main(config: Config, console: Console) -> Path:
    """Look at runs, and return the folder of the figures.

    Raises:
        ValueError: the runs, the data or an option are wrong; says which.
        FileNotFoundError: there is no such run or level.
        BlockingIOError: another process looks at a run.
    """
    runs = [read_run(path) for path in config.run]
    if not runs:
        raise ValueError("--run names no run folder")
    check_runs(runs, parse_levels(config.levels, runs[0]) if runs[0].levels else [])
    question_of(config, runs[0])
    data_dir = config.data_dir or default_data_dir()
    data = open_data_of(runs[0], config.dataset, data_dir, SKIP_LIMIT, console)
    if classes := runs[0].config.get("classes"):
        data = data.by_method(classes)
    size = runs[0].config["image_size"]
    examples, validation = (data.load_split(one, size) for one in (config.split, "validation"))
    return look(config, runs, pictures_of(config, data, examples, validation), console)


def look_after_run(
    path: Path, data: Data, examples: Examples, validation: Examples, console: Console
) -> None:
    """Look at a run that has just ended, in a light form; what goes wrong is a warning only.

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
    levels = parse_levels(config.levels, runs[0])
    question = question_of(config, runs[0])
    named = [Path(p) for p in config.controls.split(",")] if "," in config.controls else None
    if named is None and config.controls not in ("auto", "none"):
        named = [Path(config.controls)]
    if named is not None:
        check_controls(runs, named, levels)
    controls = [[] if config.controls == "none" else find_controls(one, named) for one in runs]
    header = _header(config, question, runs, pictures)
    console.print(
        f"{header['method']} of {header['layer']} for the answer {header['direction']}: "
        f"{len(pictures.examples):,} pictures of {len(set(pictures.examples.groups)):,} groups"
    )
    explainer = Explainer(question)
    told = None
    found = []
    for at, one in enumerate(runs):
        other = runs[(at + 1) % len(runs)] if len(runs) > 1 else None
        networks = networks_of(one, levels, controls[at], other)
        told = told or Progress(console, len(networks) * len(runs))
        found.append(_look_at(config, one, networks, explainer, pictures, header, told, console))
    title = f"{' and '.join(one.path.name for one in runs)}, {config.split} split"
    rows = figures(found, synthetic=pictures.synthetic)
    for table in tables(rows, title + (", synthetic" if pictures.synthetic else "")):
        console.print(table)
    if pictures.synthetic:
        console.print("synthetic pictures: they stand for no real data set")
    folder = saliency_folder(runs[0].path)
    if len(runs) > 1 or config.out is not None:
        identity = {"model": runs[0].config["model"], **pictures.identity, **asdict(question)}
        identity["runs"] = [str(one.path.resolve()) for one in runs]
        folder = config.out or Path("runs") / run_name("saliency", identity)
        with SaliencyFolder(folder) as kept:
            kept.write_figures(header, rows, COLUMNS)
    console.print(f"figures {folder / 'figures.csv'}")
    return folder


def _look_at(
    config: Config,
    one: RunRecord,
    networks: Sequence[Network],
    explainer: Explainer,
    pictures: Pictures,
    header: dict[str, Any],
    told: Progress,
    console: Console,
) -> Measured:
    """Measure one run, or read what was measured; write its figures and its gallery."""
    made_from = {
        "format": FORMAT, "gallery": config.gallery, **pictures.identity,
        **asdict(explainer.question), "weights": {str(n.name): n.digest for n in networks},
    }  # fmt: skip
    with SaliencyFolder(saliency_folder(one.path)) as kept:
        rows = kept.pictures(made_from)
        if rows is None:
            measured = measure(
                explainer, networks, pictures.examples, pictures.validation, pictures.regions, told
            )
            kept.start()  # only now: what was there stays if measuring fails
            rows = kept.write_pictures(measured.rows(), columns_of(measured.quantities()))
            if config.gallery:
                shown = write_gallery(
                    kept, explainer, networks, pictures.examples, measured, config.gallery, header
                )
                show_in_tensorboard(one.path, shown)
            kept.finish(made_from)
        else:
            console.print(f"{one.path.name}: kept from before")
        measured = from_rows(rows)
        kept.write_figures(
            header | {"runs": [one.path.name]},
            figures([measured], synthetic=pictures.synthetic), COLUMNS,
        )  # fmt: skip
    return measured


def question_of(config: Config, one: RunRecord) -> Question:
    """Return what is asked of the maps of a run.

    Raises:
        ValueError: an option is wrong; says which.
    """
    if config.pictures < 1 or config.gallery < 0:
        raise ValueError("--pictures must be 1 or more, and --gallery 0 or more")
    if not 0 < config.top <= 1:
        raise ValueError(f"--top must lie in (0, 1], got {config.top:g}")
    layer = config.layer
    if layer is None and config.method != "integrated_gradients":
        layer = default_layer(detector_of(one), one.config["image_size"])
    return Question(
        method=config.method,
        layer=layer,
        explain=direction_of(config.explain, one.config.get("classes")),
        top=config.top,
        faithfulness=config.faithfulness,
        batch_size=one.config["batch_size"],
    )


def direction_of(explain: str | None, classes: Sequence[str] | None) -> int | Literal["predicted"]:
    """Return the direction that `--explain` names, see `jaxticket.saliency.explained`.

    Args:
        explain: the option.
        classes: of a run of the task method, else None.

    Raises:
        ValueError: there is no such answer; says which there are.
    """
    explain = explain or ("predicted" if classes else "fake")
    if explain == "predicted":
        return "predicted"
    if not classes:
        if explain not in ("fake", "real"):
            raise ValueError(f"--explain={explain}: give fake, real or predicted")
        return 1 if explain == "fake" else -1
    if explain not in classes:
        why = "no logit of this run says fake: it tells methods apart" if explain == "fake" else (
            "no class of this run"
        )  # fmt: skip
        raise ValueError(f"--explain={explain}: {why}; give predicted, {', '.join(classes)}")
    return list(classes).index(explain)


def pictures_of(config: Config, data: Data, examples: Examples, validation: Examples) -> Pictures:
    """Draw the pictures, and find what is known of their faces.

    Args:
        config: the options.
        data: of which they are.
        examples: the split.
        validation: the validation split.
    """
    examples = subset(examples, choose(examples.groups, config.pictures))
    forged = np.flatnonzero(validation.has_masks & (validation.labels > 0))
    if len(forged):
        forged = forged[choose(validation.groups[forged], VALIDATION)]
    known = read_regions(data.sets[0]) if len(data.sets) == 1 else None
    regions = {}
    if known is not None and known.known(examples.keys).any():
        regions = known.masks(examples.keys, examples.image_size)
    keys = hashlib.sha256("\n".join(map(str, examples.keys)).encode()).hexdigest()
    identity = {"data_name": data.name, "data_fingerprint": data.fingerprint,
                "split": config.split, "examples": keys, "regions": list(regions)}  # fmt: skip
    return Pictures(examples, subset(validation, forged), regions, identity, data.synthetic)


def _header(
    config: Config, question: Question, runs: Sequence[RunRecord], pictures: Pictures
) -> dict[str, Any]:
    """What the figures and the gallery are of, ready for JSON."""
    classes = runs[0].config.get("classes")
    return {
        "kind": "attention",
        "layer": question.layer or "the pixels",
        "method": question.method,
        "direction": config.explain or ("predicted" if classes else "fake"),
        "top": question.top,
        "runs": [one.path.name for one in runs],
        "pictures_used": len(pictures.examples),
        "synthetic": pictures.synthetic,
        **pictures.identity,
    }


def entry() -> None:
    """Read argv and run."""
    config = parse(Config, None, sys.argv[1:])
    keep_programs()
    run(lambda: main(config, make_console()))


if __name__ == "__main__":
    entry()
