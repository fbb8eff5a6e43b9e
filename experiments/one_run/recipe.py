"""The options of a run: their defaults, what is wrong in them, and the recipe that they give."""

import hashlib
from dataclasses import fields, replace
from pathlib import Path

from experiments.one_run.data import Data
from experiments.one_run.experiment import beginning
from experiments.options.imp import Config
from jaxticket.lottery import check_criterion, parse_rewind
from jaxticket.lottery.assemble import epochs, metric
from jaxticket.models import build, check_detector
from jaxticket.pruning import criterion, level_sparsities, parse_search
from jaxticket.recipe import Options, Recipe, differences
from jaxticket.runs import read_recipe
from jaxticket.runs.folder import DRAWN
from jaxticket.runs.levels import level_folder
from jaxticket.training import make_learning_rate, make_optimizer, watched

PRUNING = frozenset({"rounds", "sparsities", "prune_fraction", "criterion", "pruning", "scope"})
"""Options that do not touch level 0."""


def resolve(config: Config, data: Data) -> Recipe:
    """Return the recipe of a run: its options with nothing left open, and its data."""
    return replace(asked(config), **data.identity())


def asked(config: Config) -> Recipe:
    """Return a run's recipe as far as its options say it: the data are left open."""
    chosen = {field.name: getattr(config, field.name) for field in fields(Options)}
    filled = {
        "rounds": None if config.sparsities else len(level_sparsities(config)) - 1,
        "sparsities": config.sparsities or None,
        "epochs": epochs(config),
        "metric": metric(config),
        "search": str(parse_search(config.search)),
        "init_from": file_identity(config.init_from),
    }
    return Recipe(**chosen | filled)


def check_dense(dense: Path, recipe: Recipe) -> None:
    """Check that another run trained the same dense network.

    Raises:
        FileNotFoundError: the folder holds no run.
        ValueError: an option that its level 0 depends on differs; names it.
    """
    theirs = read_recipe(dense)
    # Without a step K to keep, level 0 does not depend on where the others start.
    steps = any(run.rewind.startswith("step") for run in (theirs, recipe))
    free = PRUNING if steps else PRUNING | {"rewind"}
    if theirs.derived:
        raise ValueError(f"--dense={dense} is no run of experiments.imp, but a control")
    free |= _refuse_drawn_otherwise(dense, theirs, recipe)
    differing = [
        f"{name}: {there!r} there, {here!r} here"
        for name, there, here in differences(theirs, recipe)
        if name not in free
    ]
    if differing:
        raise ValueError(f"--dense={dense} trained another network: {'; '.join(differing)}")


def _refuse_drawn_otherwise(dense: Path, theirs: Recipe, recipe: Recipe) -> frozenset[str]:
    """Refuse a run whose level 0 was not drawn from as here; return what then needs no comparison.

    A search that waits for a level's end finds all that it needs in any run.
    """
    search = parse_search(recipe.search)
    if search.is_full:
        return frozenset({"search"})
    if theirs.search != recipe.search:
        raise ValueError(
            f"--dense={dense} was made with --search={theirs.search}, and this run is to be made "
            f"with --search={recipe.search}: the weights that masks are to be drawn from were not "
            "kept there. Name a run of the same search, or leave --dense out"
        )
    if search.kind == "early_bird" and _first_masks(theirs) != _first_masks(recipe):
        raise ValueError(
            f"--dense={dense} waited for the masks of other levels to settle than this run would: "
            "name a run of the same levels, criterion and scope, or leave --dense out"
        )
    if not (level_folder(dense, 0) / DRAWN).exists():
        raise ValueError(
            f"--dense={dense} has not kept the weights that masks are drawn from, as it has no "
            "pruned level or is not so far: name another run, or leave --dense out"
        )
    return frozenset()


def _first_masks(recipe: Recipe) -> tuple[object, ...]:
    """Return what decides the masks that are drawn from level 0."""
    levels = level_sparsities(recipe)[1:]
    first = levels if recipe.pruning == "one_shot" else levels[:1]
    return first, recipe.criterion, recipe.scope


def check(config: Config) -> None:
    """Refuse what is wrong in the options themselves, before anything else is done.

    Raises:
        ValueError: names the option and what it may be.
    """
    logits = 2 if config.task == "method" else 1
    check_detector(config.model, config.image_size, logits)
    check_criterion(config.criterion, config.model, config.image_size)
    watched(metric(config), logits)
    if config.rounds is not None and config.sparsities is not None:
        raise ValueError("--rounds and --sparsities exclude each other: give one of them")
    at_least = {"epochs": 1, "batch_size": 1, "image_size": 1, "patience": 1,
                "checkpoint_every": 1, "rounds": 0, "skip_limit": 0}  # fmt: skip
    for name, least in at_least.items():
        value = getattr(config, name)
        if value is not None and value < least:
            raise ValueError(f"--{name} must be {least} or more, got {value}")
    if not 0 <= config.seed < 2**32:
        raise ValueError(f"--seed must lie in [0, 2**32), got {config.seed}")
    _check_search(config)
    level_sparsities(config)
    if config.task == "method" and config.methods is not None:
        raise ValueError("--task=method needs every method in training: leave out --methods")
    make_learning_rate(config.schedule, config.learning_rate, 1)
    make_optimizer(config.optimizer, weight_decay=config.weight_decay)
    if config.init_from is not None and not config.init_from.is_file():
        raise FileNotFoundError(f"--init_from={config.init_from}: there is no such file")
    if config.fake_output is not None and (config.init_from is None or logits > 1):
        raise ValueError(
            "--fake_output says which output of the file of --init_from means fake, for "
            "--task=real_or_fake: leave it out"
        )
    begun = (config.run_dir or Path("runs")).exists()  # perhaps, and then the file is not needed
    if config.init_from is not None and logits == 1 and not begun:
        beginning(config, build(config.model))


def _check_search(config: Config) -> None:
    """Refuse a search that is shortened where no mask is drawn from weights on their way.

    Raises:
        ValueError: names the option and what it may be.
    """
    rewind = parse_rewind(config.rewind)
    if parse_search(config.search).is_full:
        return
    if not criterion(config.criterion).trained:
        raise ValueError(
            f"--search={config.search}: the criterion {config.criterion} prunes by the weights "
            "where training begins, so no training can be shorter for its sake: leave --search out"
        )
    if rewind.kind in ("lr", "none"):
        raise ValueError(
            f"--search={config.search}: with --rewind={config.rewind} a level keeps the weights "
            "that a full training left, and there would be none: use --rewind=init or step:K, or "
            "leave --search out"
        )


def warnings(config: Config) -> list[str]:
    """Return what is allowed but should be known."""
    if config.rewind == "lr" and config.schedule == "constant":
        return ["--rewind=lr under a constant learning rate is the same method as --rewind=none"]
    return []


def file_identity(path: Path | None) -> str | None:
    """Return a file's name and the SHA-256 of its content, None for no file."""
    if path is None:
        return None
    with path.open("rb") as file:
        return f"{path.name} sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
