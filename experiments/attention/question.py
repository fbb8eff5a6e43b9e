"""What is asked of the maps of a run, and which answer they explain."""

from collections.abc import Sequence
from typing import Literal

from experiments.options.saliency import Config
from jaxticket.attention.maps import default_layer
from jaxticket.attention.measure import Question
from jaxticket.loading import detector_of
from jaxticket.runs import RunRecord


def question_of(config: Config, run: RunRecord) -> Question:
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
        layer = default_layer(
            detector_of(run.recipe, run.levels[0].parameters), run.recipe.image_size
        )
    return Question(
        method=config.method,
        layer=layer,
        explain=direction_of(config.explain, run.recipe.classes),
        top=config.top,
        faithfulness=config.faithfulness,
        batch_size=run.recipe.batch_size,
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
        why = "no class of this run"
        if explain == "fake":
            why = "no logit of this run says fake: it tells methods apart"
        raise ValueError(f"--explain={explain}: {why}; give predicted, {', '.join(classes)}")
    return list(classes).index(explain)
