"""What is asked of the maps of a run, and which answer they explain."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from experiments.one_run.finished_run import detector_of
from experiments.terminal.options import Paths
from jaxticket.attention.maps import default_layer
from jaxticket.attention.maps.make import Method
from jaxticket.attention.measure import Question
from jaxticket.runs import RunRecord


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
        layer = default_layer(detector_of(one), one.recipe.image_size)
    return Question(
        method=config.method,
        layer=layer,
        explain=direction_of(config.explain, one.recipe.classes),
        top=config.top,
        faithfulness=config.faithfulness,
        batch_size=one.recipe.batch_size,
    )


def direction_of(explain: str | None, classes: Sequence[str] | None) -> int | Literal["predicted"]:
    """Return the direction that `--explain` names, see `jaxticket.attention.maps.explained`.

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
