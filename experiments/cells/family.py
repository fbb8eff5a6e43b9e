"""A ticket with what an answer needs: its run for several seeds, and the controls of each.

For each seed the run itself comes first. Then, for every level that is to have controls, the
one-shot run (the ticket of the same sparsity, found in one jump from the same dense network) and
the controls of experiments.control. All run folders lie beside each other, so that each finds the
others; a run of the very same recipe that lies there already is taken as it is, whatever it is
called.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from experiments.cells.cell import Cell
from experiments.cells.same_recipe import of_recipe, runs_in, with_masks_of
from experiments.one_run.data import Data
from experiments.one_run.recipe import resolve
from experiments.options.control import Config as ControlConfig
from experiments.options.imp import Config
from jaxticket.lottery import DENSE_CONTROLS, check_control, levels_of_steps, parse_rewind
from jaxticket.pruning import level_parts, level_sparsities, passing
from jaxticket.recipe import ControlOf, Recipe, run_name
from jaxticket.runs import read_recipe
from jaxticket.runs.opening import compare, refuse_name, refuse_other_content
from jaxticket.verdicts.judged_levels import ONE_SHOT

BESIDE = (*DENSE_CONTROLS, ONE_SHOT)


@dataclass(frozen=True)
class Family:
    """Runs that are read together.

    Attributes:
        folder: in which their run folders lie.
        cells: all trainings, each after those that it needs.
        tickets: the run folder of each seed, in the order of the seeds.
        beside: where finished runs may lie that are taken over; none where all lie in `folder`.
    """

    folder: Path
    cells: list[Cell]
    tickets: list[Path]
    beside: tuple[Path, ...] = ()


def seeds_of(config: Config) -> tuple[int, ...]:
    """Return the seeds that are asked for."""
    return (config.seed,) if config.seeds is None else config.seeds


def control_levels(config: Config) -> tuple[int, ...]:
    """Return the levels whose tickets have controls, in order."""
    last = len(level_sparsities(config)) - 1
    return (last,) if config.control_levels is None else tuple(sorted(config.control_levels))


def check_family(config: Config) -> None:
    """Refuse what is wrong in the seeds and controls, before anything is trained.

    Raises:
        ValueError: names the option and what it may be.
    """
    seeds, controls = config.seeds, config.controls
    if seeds is not None and (not seeds or len(set(seeds)) < len(seeds)):
        raise ValueError(f"--seeds must name one or more, each once: {_listed(seeds) or 'none'}")
    if seeds is not None and config.seed != Config.seed:
        raise ValueError("--seed and --seeds exclude each other: give one of them")
    if config.dense is not None and len(seeds_of(config)) > 1:
        raise ValueError("--dense is the dense network of one seed: leave it out with --seeds")
    for name in controls:
        check_control(name, BESIDE)
    if len(set(map(_word, controls))) < len(controls):
        raise ValueError(f"--controls names one twice: {_listed(controls)}")
    if config.control_levels is not None and not controls:
        raise ValueError("--control_levels says which tickets have controls: name --controls too")
    if config.workers is not None and seeds is None and not controls:
        raise ValueError(
            f"--workers={config.workers}: there is one training, and nothing beside it; name "
            "--seeds or --controls, or leave it out"
        )
    shared = config.together > 1 or config.coordinator is not None or config.split_batch != 1
    if shared and (config.data_on == "device" or config.steps_per_dispatch is not None):
        raise ValueError(
            "--data_on=device and --steps_per_dispatch are for trainings of one device each: leave "
            "them out with --together, --coordinator and --split_batch"
        )
    if config.split_batch != "auto" and config.split_batch < 1:
        raise ValueError(f"--split_batch={config.split_batch}: it must be 1 or more")
    beside = {"--seeds or --controls": seeds is not None or bool(controls),
              "--coordinator": config.coordinator is not None}  # fmt: skip
    if config.split_batch != 1 and any(beside.values()):
        others = " and ".join(name for name, given in beside.items() if given)
        raise ValueError(
            f"--split_batch={config.split_batch} is for one training by itself: leave it out with "
            f"{others}, where devices are shared among trainings or processes"
        )
    if config.together < 1:
        raise ValueError(f"--together={config.together}: it must be 1 or more")
    if config.together > 1 and seeds is None and not controls:
        raise ValueError(
            f"--together={config.together}: there is one training, and nothing beside it; name "
            "--seeds or --controls, or leave it out"
        )
    if config.workers is not None and (config.together > 1 or config.coordinator is not None):
        raise ValueError(
            "--workers trains in processes of their own, --together and --coordinator in one "
            "program: give one of them"
        )
    if not controls:
        return
    if ONE_SHOT in controls and config.pruning == ONE_SHOT:
        raise ValueError(f"--controls={ONE_SHOT}: the run itself prunes in one jump; leave it out")
    needs_point = [name for name in controls if name != ONE_SHOT]
    if needs_point and parse_rewind(config.rewind).kind not in ("init", "step"):
        raise ValueError(
            f"--rewind={config.rewind}: only levels that start from init or step:K have controls "
            f"such as {needs_point[0]}; leave out --controls, or all but {ONE_SHOT}"
        )
    _check_levels(config)


def _check_levels(config: Config) -> None:
    sparsities, levels = level_sparsities(config), control_levels(config)
    on_the_way = passing(config)
    known = [level for level in range(1, len(sparsities)) if level not in on_the_way]
    if not known:
        raise ValueError(
            "--controls: without rounds there is the dense network alone, and no ticket"
        )
    if not levels or len(set(levels)) < len(levels) or not set(levels) <= set(known):
        raise ValueError(
            f"--control_levels={_listed(levels) or 'none'}: the tickets are those of the levels "
            f"{_listed(known)}; name some of them, each once"
        )


def plan_family(config: Config, data: Data) -> Family:
    """Return all trainings that are asked for, those that are done among them.

    Raises:
        ValueError: a folder holds a run of other options; names them.
        FileExistsError: a folder holds something else.
    """
    base = resolve(config, data)
    folder, names = _place(config, base)
    there = runs_in(folder)
    cells, tickets = [], []
    for seed in seeds_of(config):
        member = replace(
            config, seed=seed, seeds=None, controls=(), control_levels=None, run_dir=None,
            workers=None, together=1, coordinator=None, num_processes=None, process_id=None,
        )  # fmt: skip
        recipe, name = resolve(member, data), names[seed]
        if folder / name not in there:
            name = _name(of_recipe(there, recipe), name)
        member = replace(member, run_dir=folder / name)
        count = sum(level_parts(config)[config.dense is not None :])
        called = f"ticket of seed {seed}"
        ticket = Cell(name, "imp", member, (), count, config.model, config.dataset, None, recipe,
                      called)  # fmt: skip
        tickets.append(folder / name)
        cells += [ticket, *_controls(config, ticket, recipe, folder, there)]
    for cell in cells:
        _refuse_others(folder / cell.name, cell)
    beside = (folder.resolve().parent,) if folder == config.run_dir else ()
    return Family(folder, cells, tickets, tuple(place for place in beside if place.is_dir()))


def _controls(
    config: Config, ticket: Cell, recipe: Recipe, folder: Path, there: Mapping[Path, Recipe]
) -> Iterator[Cell]:
    """Yield the controls of a seed's tickets."""
    sparsities = level_sparsities(config)
    for level in control_levels(config) if config.controls else ():
        for kind in sorted(config.controls, key=lambda kind: kind != ONE_SHOT):
            if kind == ONE_SHOT:
                target = (sparsities[level],)
                jump = {
                    "pruning": ONE_SHOT, "rounds": None, "sparsities": target, "search": "full",
                }  # fmt: skip
                options = replace(ticket.config, **jump, dense=folder / ticket.name)
                wanted = replace(recipe, **jump)
            else:
                options = ControlConfig(
                    run=folder / ticket.name, level=level, control=kind, dataset=config.dataset,
                    data_dir=config.data_dir,
                )  # fmt: skip
                of = ControlOf(
                    kind=kind, level=level, source_data_name=recipe.data_name,
                    source_data_fingerprint=recipe.data_fingerprint,
                )  # fmt: skip
                wanted = replace(recipe, control=of)
            name = f"{ticket.name}-{_word(kind)}-level{level}"
            if folder / name not in there:
                name = _name(of_recipe(there, wanted, folder / ticket.name), name)
            count = levels_of_steps(kind, level, config)
            yield Cell(
                name, "imp" if kind == ONE_SHOT else "control",
                replace(options, run_dir=folder / name), (ticket.name,), count, config.model,
                config.dataset, None, wanted, f"{kind} of level {level}, seed {recipe.seed}",
            )  # fmt: skip


def _place(config: Config, recipe: Recipe) -> tuple[Path, dict[int, str]]:
    """Return the folder of the family, and the name that a seed's new run has in it."""
    seeds, run = seeds_of(config), config.run_dir
    if run is None:
        name = run_name("imp", replace(recipe, seed=0))
        return Path("runs"), {s: name if s == 0 else f"{name}-seed{s}" for s in seeds}
    begun = (run / "config.json").is_file()
    if len(seeds) > 1 and not begun:
        return run, {seed: f"seed{seed}" for seed in seeds}
    own = next(iter(seeds))
    if begun:
        kept = read_recipe(run)
        own = kept.seed
        compare(run, kept, replace(recipe, seed=own))
    name = run.resolve().name.removesuffix(f"-seed{own}")
    names = {seed: f"{name}-seed{seed}" for seed in seeds} | {own: run.resolve().name}
    return run.parent if run.name else run.resolve().parent, names


def _refuse_others(place: Path, cell: Cell) -> None:
    """Refuse a folder that holds another run, or something else, before the first is trained."""
    refuse_name(place)
    refuse_other_content(place)
    if (place / "config.json").is_file():
        kept, asked = read_recipe(place), cell.asked
        assert asked is not None
        compare(place, kept, with_masks_of(asked, kept))


def _name(found: Iterator[Path], default: str) -> str:
    place = next(found, None)
    return default if place is None else place.name


def _word(name: str) -> str:
    return re.sub(r"[^\w.-]+", "_", name)


def _listed(values: object) -> str:
    return ",".join(map(str, values)) if isinstance(values, tuple | list) else str(values)
