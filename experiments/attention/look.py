"""Looking at runs: maps of the networks compared, measured, drawn and kept."""

import hashlib
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
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
from jaxticket.attention.table import Measured, columns_of, from_rows, merge
from jaxticket.data import Examples
from jaxticket.recipe import folder_name
from jaxticket.report.attention import conclusions
from jaxticket.runs import RunRecord, files, read_run
from jaxticket.runs.attention import Figures, saliency_folder
from jaxticket.runs.composition import composition
from jaxticket.runs.controls import find_controls
from jaxticket.runs.looks import LookFolder, show_in_tensorboard
from jaxticket.text import count_text, sample_text

FORMAT = 4
"""The form of what is kept: in another form it is made anew."""
EVERY = 20.0
"""Seconds after which what is measured so far is written."""


def look_after_run(
    path: Path, data: Data, examples: Examples, validation: Examples, console: Console
) -> None:
    """Look at a run that has just ended, in a light form; an error is only a warning.

    At most 500 pictures, without deletion and insertion; controls that lie beside it are looked at.

    Args:
        path: the run folder.
        data: of the run.
        examples: its test split.
        validation: its validation split.
        console: shows what goes wrong.
    """
    config = Config(run=(path,), pictures=500, faithfulness=False)
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
        f"{sample_text(pictures.methods)} ({pictures.drawn})"
    )
    explainer = Explainer(question)
    looks = []
    for at, run in enumerate(runs):
        other = runs[(at + 1) % len(runs)] if len(runs) > 1 else None
        ask = _Asked(config, run, levels, controls[at], other)
        looks.append(_look_at(ask, explainer, pictures, header, console))
    measured = [found for _, found in looks]
    title = f"{' and '.join(run.path.name for run in runs)}, {config.split} split"
    folder, rows = looks[0][0], figures(_alike(measured), synthetic=pictures.synthetic)
    if len(runs) > 1 or config.out is not None:
        identity = {"model": runs[0].recipe.model, **pictures.identity, **asdict(question)}
        identity["runs"] = [str(run.path.resolve()) for run in runs]
        out = config.out or Path("runs") / folder_name(
            "saliency", runs[0].recipe.model, pictures.identity["data_name"], identity
        )
        identity["looks"] = [place.name for place, _ in looks]
        folder = out / "looks" / _name(header, identity)
        # Of no seed: how many answers are right is another number for each.
        header["composition"] = _composition(measured[0], pictures, one_logit=False)
        with LookFolder(folder) as kept:
            kept.write_figures(header, rows)
    of_all = msgspec.convert(header | {"rows": rows}, Figures)
    for text in conclusions([of_all], runs[0]):
        console.print(text)
    for table in tables(rows, title + (", synthetic" if pictures.synthetic else "")):
        console.print(table)
    if pictures.synthetic:
        console.print("synthetic pictures: they stand for no real data set")
    console.print(f"figures {folder / 'figures.csv'}")
    return folder


@dataclass(frozen=True)
class _Asked:
    """What is looked at of one run: its levels, their controls, another seed's dense network."""

    config: Config
    run: RunRecord
    levels: Sequence[int]
    controls: Sequence[RunRecord]
    other: RunRecord | None

    def networks(self, kept: Measured | None) -> list[Network]:
        """Return them, and the levels that were looked at before."""
        there = {level.level for level in self.run.levels}
        known = {name.level for name in (kept.values if kept else ()) if name.kind == "ticket"}
        levels = sorted({*self.levels, *(level for level in known if level in there)})
        return networks_of(self.run, levels, self.controls, self.other)


def _look_at(
    asked: _Asked,
    explainer: Explainer,
    pictures: Pictures,
    header: dict[str, Any],
    console: Console,
) -> tuple[Path, Measured]:
    """Measure what is not known yet of one run; add it to its figures and its gallery."""
    run, question = asked.run, explainer.question
    (dense,) = networks_of(run, [run.levels[0].level], [], None)
    identity = {
        "format": FORMAT, **pictures.identity, "method": question.method, "layer": question.layer,
        "explain": question.explain, "top": question.top, "dense": dense.weights.digest,
    }  # fmt: skip
    place = saliency_folder(run.path) / "looks" / _name(header, identity)
    with LookFolder(place) as kept:
        known = _known(kept, pictures)
        networks = asked.networks(known)
        levels = {dense.name.level, *asked.levels}
        todo = [
            network
            for network in networks
            if network.name.level in levels and not _is_known(network, known, question)
        ]
        if todo:
            measured = _measure(todo, dense, known, explainer, pictures, kept, console)
        else:
            assert known is not None
            measured = known
            console.print(f"{run.path.name}: kept from before")
        gallery = _gallery(asked, networks, measured, explainer, pictures, header, kept)
        kept.write_made_from({**identity, "gallery": gallery})
        rows = figures([measured], synthetic=pictures.synthetic)
        made_of = {"composition": _composition(measured, pictures, header["one_logit"])}
        kept.write_figures(header | {"runs": [run.path.name]} | made_of, rows)
    return place, measured


def _known(kept: LookFolder, pictures: Pictures) -> Measured | None:
    """Return what was measured before; None where there is nothing, or it cannot be read."""
    try:
        known = from_rows(kept.pictures())
    except (ValueError, KeyError):
        return None
    return known if known.keys.tolist() == pictures.examples.keys.tolist() else None


def _is_known(network: Network, known: Measured | None, question: Question) -> bool:
    made_from = known.made_from.get(network.name, "") if known else ""
    return made_from.startswith(question.made_from(network))


def _measure(
    networks: Sequence[Network],
    dense: Network,
    known: Measured | None,
    explainer: Explainer,
    pictures: Pictures,
    kept: LookFolder,
    console: Console,
) -> Measured:
    """Measure networks, and keep what is done of it also where it is cut off."""
    progress, written = Progress(console, len(networks)), time.monotonic()
    whole = known

    def add(found: Measured) -> None:
        nonlocal whole
        whole = merge(known, found) if known else found

    def write() -> None:
        if whole is not None:
            kept.write_pictures(whole.rows(), columns_of(whole.quantities()))

    def on_done(found: Measured) -> None:
        nonlocal written
        add(found)
        progress(str(list(found.values)[-1]))
        if time.monotonic() - written > EVERY:
            write()
            written = time.monotonic()

    given = pictures.examples, pictures.validation, pictures.regions
    try:
        add(measure(explainer, networks, *given, on_done, dense))
    finally:
        write()
    # As it will be read: with as many digits as are kept.
    return from_rows(kept.pictures())


def _gallery(
    asked: _Asked,
    networks: Sequence[Network],
    measured: Measured,
    explainer: Explainer,
    pictures: Pictures,
    header: dict[str, Any],
    kept: LookFolder,
) -> dict[str, Any]:
    """Draw the gallery where there is more to show than before; return what it was made from."""
    before = kept.gallery_of()
    weights = {str(n.name): n.weights.digest for n in networks if n.name.kind == "ticket"}
    wanted = {"count": max(asked.config.gallery, before.get("count", 0)), "weights": weights}
    if not asked.config.gallery or before == wanted:
        return before
    shown = write_gallery(
        kept, f"gallery_{_hash(wanted)}", explainer, networks, pictures.examples, measured,
        wanted["count"], header,
    )  # fmt: skip
    show_in_tensorboard(asked.run.path, shown)
    return wanted


def _composition(measured: Measured, pictures: Pictures, one_logit: bool) -> list[Any]:
    """Return what the pictures are made of, ready for JSON; with one logit, what is right too."""
    examples = pictures.examples
    tickets = sorted(
        (name for name in measured.values if name.kind == "ticket"), key=lambda n: n.sparsity
    )
    right = {
        str(name): (measured.values[name]["logit"] > 0) == (examples.labels > 0)
        for name in dict.fromkeys((tickets[0], tickets[-1]))
        if one_logit
    }
    columns = examples.labels, examples.methods, examples.compressions, examples.groups
    return msgspec.to_builtins(composition(*columns, right))


def _alike(measured: Sequence[Measured]) -> list[Measured]:
    """Return runs without the tickets that not all of them have."""
    tickets = [{name for name in one.values if name.kind == "ticket"} for one in measured]
    common = set.intersection(*tickets)
    return [
        replace(one, values={
            name: columns for name, columns in one.values.items()
            if name.kind != "ticket" or name in common
        })
        for one in measured
    ]  # fmt: skip


def _name(header: Mapping[str, Any], identity: Mapping[str, Any]) -> str:
    """Return the name of a look's folder."""
    parts = header["method"], header["direction"], header["split"], header["pictures_used"]
    return re.sub(r"[^\w.-]+", "_", "_".join([*map(str, parts), _hash(identity)]))


def _hash(what: Mapping[str, Any]) -> str:
    text = json.dumps(files.plain(what), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


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
        "drawn": pictures.drawn,
        "one_logit": not classes,
        "synthetic": pictures.synthetic,
        **pictures.identity,
    }
