"""What a study asks, and the cells that answer it."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments import control, evaluate
from experiments.cells.cell import Cell, Figures
from experiments.one_run.recipe import asked
from experiments.one_run.recipe import check as check_options
from experiments.options.imp import PRESETS, Config
from experiments.options.study import ZERO_SHOT, Study
from jaxticket.data import parse_corruptions
from jaxticket.lottery import CONTROLS, DENSE_CONTROLS, levels_of_steps
from jaxticket.pruning import by_sparsities, level_sparsities
from jaxticket.recipe import ControlOf, Recipe
from jaxticket.runs import read_recipe
from jaxticket.runs.evaluations import CLEAN

METHODS: dict[str, dict[str, Any]] = {
    "global": {},
    "local": {"scope": "local"},
    "one_shot": {"pruning": "one_shot"},
    "random": {"criterion": "random"},
    "snip": {"criterion": "snip"},
    "snip_one_shot": {"criterion": "snip", "pruning": "one_shot"},
    "synflow": {"criterion": "synflow"},
    "synflow_one_shot": {"criterion": "synflow", "pruning": "one_shot"},
    "lr": {"rewind": "lr"},
    "fine_tuning": {"rewind": "none"},
}
"""How tickets are found: iterative magnitude pruning with one threshold (`global`) or one a layer
(`local`); in one jump; by other criteria; and with other rewinding."""
BESIDE_TICKET = (*tuple(CONTROLS)[1:], *DENSE_CONTROLS)
_OPTIONAL = ("epochs", "image_size", "batch_size", "patience", "prune_fraction", "data_dir")


def check(study: Study) -> None:
    """Refuse what is wrong before anything is trained.

    Raises:
        ValueError: names the option and what it may be.
    """
    known_transfer = (ZERO_SHOT, *CONTROLS)
    allowed = {"methods": METHODS, "controls": BESIDE_TICKET, "transfer": known_transfer}
    for option, known in allowed.items():
        if unknown := [name for name in getattr(study, option) if name not in known]:
            raise ValueError(
                f"--{option}: {', '.join(unknown)} unknown; use some of {', '.join(known)}"
            )
    for option in ("models", "datasets", "methods", "sparsities", "seeds"):
        values = getattr(study, option)
        if not values or len(set(values)) < len(values):
            raise ValueError(f"--{option} must name one or more, each once: {values}")
    by_sparsities(study.sparsities, study.prune_fraction)  # increasing fractions, no percent
    if 0 in study.sparsities:
        raise ValueError("--sparsities: 0 is the dense network, which every study trains anyway")
    _refuse_same_names(study)
    strange = [s for s in study.control_sparsities if s not in study.sparsities]
    if strange and (study.controls or study.transfer):
        raise ValueError(f"--control_sparsities: {strange} are not among --sparsities")
    unfixed = study.methods[0] in ("lr", "fine_tuning")
    if unfixed and (study.controls or trained_there(study)):
        raise ValueError(
            f"--methods={study.methods[0]},...: the first method's tickets have controls, and only "
            "levels that start from init or step:K can: name another method first"
        )
    if study.rewind != "init" and not study.rewind.startswith("step:"):
        raise ValueError(f"--rewind={study.rewind}: levels of a study start from init or step:K")
    corruptions(study)
    if not 0 <= study.tau <= 1:
        raise ValueError(f"--tau must lie in [0, 1], got {study.tau:g}")
    for model, seed in itertools.product(study.models, study.seeds):
        check_options(config_of(study, model, study.datasets[0], seed))


def _refuse_same_names(study: Study) -> None:
    """Refuse data sets whose cells would lie in the same folders."""
    by_word: dict[str, str] = {}
    for dataset in study.datasets:
        other = by_word.setdefault(_word(dataset), dataset)
        if other != dataset:
            raise ValueError(
                f"--datasets: {other} and {dataset} would have the same run folders, both called "
                f"{_word(dataset)}; rename one, or name it by another path"
            )


def plan(study: Study) -> list[Cell]:
    """Return all cells of a study, each after those that it needs."""
    cells: list[Cell] = []
    evaluations: list[Cell] = []
    for model, dataset, seed in itertools.product(study.models, study.datasets, study.seeds):
        cells += _tickets(study, model, dataset, seed)
        evaluations += _evaluations(study, model, dataset, seed)
    # Evaluations last: what is trained keeps its place in the list of experiments.sweep.
    return sorted(cells, key=lambda cell: len(cell.needs)) + evaluations


def corruptions(study: Study) -> tuple[str, ...]:
    """Return the corruptions that are asked for by name, such as jpeg:3; each once.

    Raises:
        ValueError: one is unknown.
    """
    named = parse_corruptions(",".join(study.corruptions) or "none")
    return tuple(str(corruption) for corruption in named if corruption is not None)


def trained_there(study: Study) -> tuple[str, ...]:
    """Return what is trained on every other data set."""
    return tuple(kind for kind in study.transfer if kind != ZERO_SHOT)


def cell_name(model: str, dataset: str, seed: int, *rest: str) -> str:
    """Return the name of a cell's folder."""
    return "-".join([_word(model), _word(dataset), f"seed{seed}", *rest])


def dense_recipe(study: Study, models: Iterable[str], datasets: Iterable[str]) -> Recipe | None:
    """Return the recipe of the first dense network that is done; None without one."""
    cell = dense_cell(study, models, datasets)
    return None if cell is None else read_recipe(cell)


def dense_cell(study: Study, models: Iterable[str], datasets: Iterable[str]) -> Path | None:
    """Return the folder of the first dense network that is done; None without one."""
    for model, dataset, seed in itertools.product(models, datasets, study.seeds):
        cell = study.folder / cell_name(model, dataset, seed, "dense")
        if (cell / "summary.json").is_file():
            return cell
    return None


def control_name(
    study: Study, model: str, dataset: str, seed: int, kind: str, sparsity: float, target: str = ""
) -> str:
    """Return the name of a control's folder, or of a ticket's or control's on another data set."""
    on = ["on", _word(target)] if target else []
    return cell_name(model, dataset, seed, study.methods[0], f"{sparsity:g}", kind, *on)


def set_names(study: Study) -> dict[str, str]:
    """Return the data sets as asked for -> what pages call them: of a path its set's own name.

    It is the path where the set is not known yet, or two sets have one name.
    """
    names = {}
    for dataset in study.datasets:
        recipe = dense_recipe(study, study.models, [dataset]) if "/" in dataset else None
        names[dataset] = recipe.data_name if recipe else dataset
    counts = Counter(names.values())
    return {path: name if counts[name] == 1 else path for path, name in names.items()}


def _word(dataset: str) -> str:
    return re.sub(r"[^\w.-]+", "_", dataset).strip("_")


def _tickets(study: Study, model: str, dataset: str, seed: int) -> list[Cell]:
    """The cells of one model, data set and seed."""
    dense = cell_name(model, dataset, seed, "dense")
    config = config_of(study, model, dataset, seed)
    config = replace(config, rounds=0, run_dir=study.folder / dense)
    cells = [Cell(dense, "imp", config, (), 1, model, dataset, asked=asked(config))]
    for method in study.methods:
        name = cell_name(model, dataset, seed, method)
        config = replace(
            _pruning(study, model, dataset, seed, method),
            run_dir=study.folder / name,
            dense=study.folder / dense,
        )
        count = len(level_sparsities(config)) - 1
        cells.append(
            Cell(name, "imp", config, (dense,), count, model, dataset, asked=asked(config))
        )
    return cells + _controls(study, model, dataset, seed)


def _controls(study: Study, model: str, dataset: str, seed: int) -> list[Cell]:
    """Controls of the first method's tickets, and what is trained of them on other data sets."""
    ticket = cell_name(model, dataset, seed, study.methods[0])
    pruning = _pruning(study, model, dataset, seed, study.methods[0])
    levels = level_sparsities(pruning)
    others = [target for target in study.datasets if target != dataset]
    wanted = [(kind, dataset, "") for kind in study.controls]
    wanted += [(kind, target, target) for target in others for kind in trained_there(study)]
    cells = []
    for sparsity, (kind, on, target) in itertools.product(study.control_sparsities, wanted):
        name = control_name(study, model, dataset, seed, kind, sparsity, target)
        level = levels.index(sparsity)
        config = control.Config(
            run=study.folder / ticket, level=level, control=kind, dataset=on,
            data_dir=study.data_dir, run_dir=study.folder / name,
        )  # fmt: skip
        recipe = replace(asked(pruning), control=ControlOf(kind=kind, level=level))
        count = levels_of_steps(kind, level, pruning)
        cells.append(Cell(name, "control", config, (ticket,), count, model, on, asked=recipe))
    return cells


def _evaluations(study: Study, model: str, dataset: str, seed: int) -> list[Cell]:
    """The first method's tickets on corrupted pictures, and as they are on other data sets."""
    method = study.methods[0]
    ticket = cell_name(model, dataset, seed, method)
    levels = level_sparsities(_pruning(study, model, dataset, seed, method))
    spoilt = corruptions(study)
    wanted: list[tuple[str, str, tuple[float, ...], tuple[str, ...]]] = []
    if spoilt:
        wanted.append(("corruptions", dataset, study.sparsities, spoilt))
    if ZERO_SHOT in study.transfer:
        wanted += [
            ("zero_shot-on-" + _word(target), target, study.control_sparsities, ())
            for target in study.datasets
            if target != dataset
        ]
    cells = []
    for name, on, sparsities, kinds in wanted:
        numbers = sorted({0, *map(levels.index, sparsities)})
        config = evaluate.Config(
            run=study.folder / ticket, levels=tuple(numbers), dataset=on,
            corruptions=kinds, data_dir=study.data_dir,
        )  # fmt: skip
        data_of = cell_name(model, on, seed, "dense")
        needs = tuple(dict.fromkeys((ticket, data_of)))
        pairs = frozenset(itertools.product((CLEAN, *kinds), numbers))
        cells.append(
            Cell(f"{ticket}-{name}", "evaluate", config, needs, 0, model, on,
                 Figures(ticket, data_of, pairs))
        )  # fmt: skip
    return cells


def _pruning(study: Study, model: str, dataset: str, seed: int, method: str) -> Config:
    config = config_of(study, model, dataset, seed)
    return replace(config, sparsities=study.sparsities, **METHODS[method])


def config_of(study: Study, model: str, dataset: str, seed: int) -> Config:
    """Return the options of training of one model, data set and seed."""
    given = {name: getattr(study, name) for name in _OPTIONAL}
    return replace(
        PRESETS[study.preset], model=model, dataset=dataset, seed=seed, rewind=study.rewind,
        **{name: value for name, value in given.items() if value is not None},
    )  # fmt: skip
