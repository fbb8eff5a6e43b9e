"""The logits that engines have to give."""

import jax
import numpy as np

from experiments.measuring.networks import Measured
from jaxticket.data import Examples
from jaxticket.models.in_jax import network as in_jax


class References:
    """The run's own logits, or those that JAX gives at another image size."""

    def __init__(self, examples: Examples):
        self._examples = examples
        self._found: dict[tuple[str, int], np.ndarray] = {}

    def of(self, network: Measured) -> np.ndarray:
        """Return float32 [N], in the order of the examples.

        Raises:
            ValueError: the run's predictions are of other pictures.
        """
        if network.key not in self._found:
            own = network.run.recipe.image_size == self._examples.image_size
            found = self._kept(network) if own else self._computed(network)
            self._found[network.key] = found
        return self._found[network.key]

    def _kept(self, network: Measured) -> np.ndarray:
        kept = network.run.predictions(network.number)
        by_key = dict(zip(kept.keys.tolist(), kept.logits, strict=True))
        try:
            return np.array([by_key[key] for key in self._examples.keys.tolist()], np.float32)
        except KeyError as error:
            raise ValueError(
                f"{network.run.path} has no prediction of the test picture {error}: its data set "
                "is another than it was trained with"
            ) from None

    def _computed(self, network: Measured) -> np.ndarray:
        logits = jax.jit(in_jax(network.at(self._examples.image_size), network.arrays))
        places = np.arange(len(self._examples))
        batches = np.array_split(places, -(-len(places) // 32))
        parts = [np.asarray(logits(self._examples.images(batch))) for batch in batches]
        return np.concatenate(parts)[:, 0]
