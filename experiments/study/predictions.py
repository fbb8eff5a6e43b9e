"""The test logits of one network of a study over its seeds, read from run folders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from experiments.options.study import Study
from experiments.study.same_options import differences_of_seeds
from jaxticket.runs import RunRecord, read_recipe, read_run
from jaxticket.runs.evaluations import CLEAN, evaluation_folder, kept_predictions
from jaxticket.runs.predictions import Predictions
from jaxticket.statistics import by_video

CLOSE = 1e-3
"""A level has the sparsity that was asked for but for the rounding to whole weights."""

REAL = "real"


@dataclass(frozen=True)
class Scores:
    """The test logits of one network of every seed that is done, and of what they are.

    Attributes:
        logits: seed -> float [N].
        keys: of the examples, in order.
        labels: int [N].
        groups: str [N].
        videos: str [N].
        methods: str [N], `real` or the forgery method.
        compressions: str [N], empty where not known.
        weights_left: of every seed.
        dead_layers: of every seed, how many layers lost all their weights.
        synthetic: whether the pictures were rendered.
        parameters_left: of every seed, pruned and never pruned ones together.
    """

    logits: Mapping[int, np.ndarray]
    keys: tuple[str, ...]
    labels: np.ndarray
    groups: np.ndarray
    videos: np.ndarray
    methods: np.ndarray
    compressions: np.ndarray
    weights_left: tuple[int, ...]
    dead_layers: tuple[int, ...]
    synthetic: bool
    parameters_left: tuple[int, ...] = ()

    def rows(self, seeds: Sequence[int] | None = None) -> np.ndarray:
        """Return the logits of these seeds, or of all, float [S, N]."""
        return np.stack([self.logits[seed] for seed in (self.logits if seeds is None else seeds)])

    def by_video(self) -> "Scores":
        """Return the same with the logits of each video's frames averaged."""
        whole = by_video(self.videos, self.labels, self.groups, self.rows())
        return replace(
            self,
            logits=dict(zip(self.logits, whole.scores, strict=True)),
            keys=tuple(map(str, whole.names)),
            labels=whole.labels,
            groups=whole.groups,
            videos=whole.names,
            methods=self.methods[whole.first],
            compressions=self.compressions[whole.first],
        )


def shared_seeds(what: str, *scores: Scores) -> list[int]:
    """Return the seeds that all have, for networks that are compared.

    Args:
        what: is compared, for the message.
        scores: of each network.

    Raises:
        ValueError: they were not tested on the same examples.
    """
    if len({seeds.keys for seeds in scores}) > 1:
        raise ValueError(
            f"{what}: the networks compared were tested on other examples; were the data prepared "
            "anew in between?"
        )
    return sorted(set.intersection(*(set(seeds.logits) for seeds in scores)))


def read(
    study: Study, cells: Mapping[int, str], sparsity: float, *, only: bool = False
) -> Scores | None:
    """Return a level's scores on its own test split; None where no seed is done.

    Args:
        study: names the folder.
        cells: seed -> name.
        sparsity: of the level.
        only: whether the only level is wanted, whatever its sparsity.

    Raises:
        ValueError: two seeds were tested on other examples, or trained in another way.
    """
    return _gather(study, cells, sparsity, only, lambda _, run, level: run.predictions(level))


def read_elsewhere(
    study: Study,
    cells: Mapping[int, str],
    data_of: Mapping[int, str],
    sparsity: float,
    corruption: str = CLEAN,
) -> Scores | None:
    """Return a level's scores on the test split of another run's data; None where there are none.

    Args:
        study: names the folder.
        cells: seed -> name of the run.
        data_of: seed -> name of a run that was trained on the pictures.
        sparsity: of the level.
        corruption: of the pictures, `kind:level`, or `clean`.

    Raises:
        ValueError: two seeds were tested on other examples, or trained in another way.
    """
    seen: dict[str, Path] = {}

    def predictions(seed: int, run: RunRecord, level: int) -> Predictions | None:
        other = study.folder / data_of[seed]
        if not (other / "summary.json").is_file():
            return None
        data = read_recipe(other)
        identity = data.data_name, data.data_fingerprint
        first = seen.setdefault("pictures", other)
        if read_recipe(first).data_fingerprint != identity[1]:
            raise ValueError(f"{first} and {other} were trained on pictures of other content")
        place = evaluation_folder(run.path, *identity, "test")
        return kept_predictions(place, identity[1], corruption, level)

    scores = _gather(study, cells, sparsity, False, predictions)
    return scores and replace(scores, synthetic=scores.synthetic or _synthetic(study, data_of))


def _synthetic(study: Study, names: Mapping[int, str]) -> bool:
    paths = [study.folder / name for name in names.values()]
    return any(read_recipe(path).synthetic for path in paths if (path / "config.json").is_file())


def _gather(
    study: Study,
    cells: Mapping[int, str],
    sparsity: float,
    only: bool,
    predictions: Callable[[int, RunRecord, int], Predictions | None],
) -> Scores | None:
    examples: Predictions | None = None
    logits: dict[int, np.ndarray] = {}
    left, dead, whole, synthetic = [], [], [], False
    first: RunRecord | None = None
    for seed, name in cells.items():
        path = study.folder / name
        if not (path / "summary.json").is_file():
            continue
        run = read_run(path)
        level = min(run.levels, key=lambda record: abs(record.sparsity - sparsity))
        if not only and abs(level.sparsity - sparsity) > CLOSE:
            continue
        answers = predictions(seed, run, level.level)
        if answers is None:
            continue
        first = first or run
        if phrases := differences_of_seeds(first.recipe, run.recipe, level.level):
            raise ValueError(
                f"{first.path} and {path} are no two seeds of one training: {'; '.join(phrases)}"
            )
        if examples is not None and not np.array_equal(examples.keys, answers.keys):
            raise ValueError(f"{path} was tested on other examples than its other seeds")
        examples = answers
        logits[seed] = answers.logits
        left.append(level.weights_left)
        dead.append(len(level.dead_layers))
        whole.append(level.parameters_left)
        synthetic = run.recipe.synthetic
    if examples is None:
        return None
    return Scores(
        logits=logits,
        keys=tuple(examples.keys.tolist()),
        labels=examples.labels,
        groups=examples.groups,
        videos=examples.videos,
        methods=np.where(examples.labels == 0, REAL, examples.methods),
        compressions=examples.compressions,
        weights_left=tuple(left),
        dead_layers=tuple(dead),
        synthetic=synthetic,
        parameters_left=tuple(whole),
    )
