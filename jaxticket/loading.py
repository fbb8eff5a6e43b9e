"""A kept level of a run as a network that answers pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import jax
import numpy as np

from jaxticket.decoding import decode_square
from jaxticket.models import Detector, build, width_of
from jaxticket.recipe import Recipe
from jaxticket.runs import read_level, read_recipe
from jaxticket.runs.controls import SMALL_DENSE
from jaxticket.training import Evaluate, make_evaluate
from jaxticket.trees import leaves_by_path, size
from jaxticket.weights import Weights


@dataclass(frozen=True)
class LoadedLevel:
    """The network that a level of a run ended with, and how pictures are made for it.

    Attributes:
        detector: its form.
        weights: zero where its masks are false.
        recipe: of the run.
    """

    detector: Detector
    weights: Weights
    recipe: Recipe

    def preprocess(self, encoded: bytes) -> np.ndarray:
        """Return a JPEG or PNG as the run saw its pictures, RGB, uint8 [S, S, 3].

        S is the recipe's image size. A run on faces saw crops of them: give it such.

        Raises:
            UndecodableError: not a picture, damaged, or too large.
        """
        return decode_square(encoded, self.recipe.image_size)

    def logits(self, pictures: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
        """Return the logits of pictures, float32 [N, C]; one logit is above 0 for fake.

        In batches of the run's own size, so that they are the run's own predictions to the last
        bit on the machine that made them.

        Args:
            pictures: uint8 [N, S, S, 3], as `preprocess` gives them.
        """
        images, batch_size = np.asarray(pictures), self.recipe.batch_size
        rows = []
        for start in range(0, len(images), batch_size):
            places = np.arange(start, start + batch_size).clip(max=len(images) - 1)
            weights = self.weights
            rows.append(self._evaluate(weights.params, weights.batch_stats, images[places]))
        return np.concatenate(rows)[: len(images)]

    @cached_property
    def _evaluate(self) -> Evaluate:
        return make_evaluate(self.detector)


def load_level(run: Path | str, level: int) -> LoadedLevel:
    """Load a level of a run folder, which is not locked and stays as it is.

    Raises:
        FileNotFoundError: no such run, or no such level in it; says which levels are.
        ValueError: something in it cannot be read, or is not of the run's detector.
    """
    path = Path(run)
    recipe, weights = read_recipe(path), read_level(path, level)
    detector = detector_of(recipe, size(weights.params))
    _refuse_others(path, level, detector, recipe, weights)
    return LoadedLevel(detector, weights, recipe)


def detector_of(recipe: Recipe, parameters: int) -> Detector:
    """Return the detector that a run trained, narrower if it is a small dense control.

    Args:
        recipe: of the run.
        parameters: how many its network has.
    """
    logits = len(recipe.classes or ()) or 1
    if recipe.control is None or recipe.control.kind != SMALL_DENSE:
        return build(recipe.model, logits)
    width = width_of(recipe.model, logits, recipe.image_size, parameters)
    return build(recipe.model, logits, width)


def _refuse_others(
    path: Path, level: int, detector: Detector, recipe: Recipe, weights: Weights
) -> None:
    form = jax.eval_shape(lambda: detector.init(jax.random.key(0), recipe.image_size))
    want, have = (
        {name: leaf.shape for tree in trees for name, leaf in leaves_by_path(tree).items()}
        for trees in (form, (weights.params, weights.batch_stats))
    )
    for name in sorted(want.keys() | have.keys()):
        if want.get(name) != have.get(name):
            raise ValueError(
                f"level {level} of {path} holds no {recipe.model} of {recipe.image_size} pixels, "
                f"as its config.json says: {name} is {have.get(name, 'missing')} in it, not "
                f"{want.get(name, 'there')}"
            )
