"""A detector: a network with the pixel values it expects, as functions of plain pytrees."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import jax
import jax.numpy as jnp
from flax import linen as nn

from jaxticket.models.architecture import Architecture
from jaxticket.models.layers import recorded, replaced

Tree = dict[str, Any]


@dataclass(frozen=True)
class Detector:
    """A network in which `logits = head(features(x))`, and how to feed it.

    Attributes:
        name: its name in `DETECTORS`, or `package.module:name`.
        num_logits: one (positive = fake) for real against fake, C for C classes.
        module: the Linen module, with methods `features` and `head`.
        architecture: what is known of it besides.
    """

    name: str
    num_logits: int
    module: nn.Module
    architecture: Architecture

    @property
    def output_layer(self) -> str:
        """Path of the last dense layer in the parameters."""
        return self.architecture.output_layer

    @property
    def map_layers(self) -> tuple[str, ...]:
        """Layers to look at where the last map is too small, from late to early."""
        return self.architecture.map_layers

    def init(self, key: jax.Array, image_size: int) -> tuple[Tree, Tree]:
        """Return fresh parameters and batch statistics for square images.

        Args:
            key: random key of the initialisers.
            image_size: the images' side in pixels.

        Returns:
            params, {layer: {"kernel" | "bias" | "scale": float32 array}}, and batch_stats,
            {layer: {"mean" | "var": float32 [C]}}.

        Raises:
            ValueError: the images are too small for this network.
        """
        shape = (1, image_size, image_size, 3)
        self.check_size(shape)
        variables = _init(self.module, shape, key)
        return variables["params"], variables.get("batch_stats", {})

    def normalise(self, images: jax.Array) -> jax.Array:
        """Return pixels as the network expects them: uint8 [B, H, W, 3] -> float32 [B, H, W, 3]."""
        scaled = images.astype(jnp.float32) / 255.0
        return (scaled - jnp.array(self.architecture.mean)) / jnp.array(self.architecture.std)

    def apply(
        self,
        params: Tree,
        batch_stats: Tree,
        x: jax.Array,
        *,
        train: bool = False,
        key: jax.Array | None = None,
    ) -> tuple[jax.Array, Tree]:
        """Return the logits of normalised images, and the batch statistics afterwards.

        Args:
            params: as `init` gives them.
            batch_stats: as `init` gives them.
            x: normalised images, float [B, H, W, 3].
            train: normalise by the batch, update the running averages and drop units out.
            key: random key of dropout; needed if `train`, and unused otherwise.

        Returns:
            Logits, float [B, num_logits], and batch_stats (unchanged unless `train`).

        Raises:
            ValueError: `train` without a key, or images too small for this network.
        """
        self.check_size(x.shape)
        variables = {"params": params, "batch_stats": batch_stats}
        if not train:
            return self._evaluate(variables, x, _logits), batch_stats
        if key is None:
            raise ValueError(f"{self.name}: apply(train=True) needs a random key for dropout")
        logits, updates = self.module.apply(
            variables, x, True, rngs={"dropout": key}, mutable=["batch_stats"], method=_logits
        )
        return logits, cast(Tree, updates.get("batch_stats", {}))

    def features(self, params: Tree, batch_stats: Tree, x: jax.Array) -> jax.Array:
        """Return the last map, float [B, h, w, c], of normalised images, in evaluation mode."""
        self.check_size(x.shape)
        return self._evaluate({"params": params, "batch_stats": batch_stats}, x, "features")

    def head(self, params: Tree, batch_stats: Tree, features: jax.Array) -> jax.Array:
        """Return the logits, float [B, num_logits], of the last map, in evaluation mode."""
        return self._evaluate({"params": params, "batch_stats": batch_stats}, features, "head")

    def layers(self, image_size: int) -> dict[str, tuple[int, ...]]:
        """Return the named layers in the order of the forward pass, and the shapes they give.

        Args:
            image_size: side of square images in pixels.

        Returns:
            (h, w, c) of a map and (n,) of a dense layer's output, by the layer's name. Nothing is
            computed.

        Raises:
            ValueError: the images are too small for this network.
        """
        shape = (1, image_size, image_size, 3)
        self.check_size(shape)
        key = jax.random.key(0)
        with recorded() as outputs:
            jax.eval_shape(lambda: self.module.init(key, jnp.zeros(shape), False, method=_logits))
        return {name: output.shape[1:] for name, output in outputs.items()}

    def layer_output(self, params: Tree, batch_stats: Tree, x: jax.Array, layer: str) -> jax.Array:
        """Return what a named layer gives of normalised images, float [B, ...], in evaluation.

        Raises:
            ValueError: there is no such layer; names those that come near.
        """
        with recorded() as outputs:
            self.apply(params, batch_stats, x)
        if layer not in outputs:
            near = difflib.get_close_matches(layer, outputs, n=3, cutoff=0.3)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise ValueError(f"{self.name} has no layer named {layer!r}{hint}")
        return outputs[layer]

    def logits_given(
        self, params: Tree, batch_stats: Tree, x: jax.Array, layer: str, output: jax.Array
    ) -> jax.Array:
        """Return the logits, float [B, num_logits], if a named layer gave `output`; evaluation.

        What does not pass through that layer (a shortcut around it) still sees the images. A name
        that no layer has replaces nothing.
        """
        with replaced(layer, output):
            return self.apply(params, batch_stats, x)[0]

    def _evaluate(self, variables: Tree, x: jax.Array, method: str | Callable) -> jax.Array:
        return cast(jax.Array, self.module.apply(variables, x, False, method=method))

    def check_size(self, shape: tuple[int, ...]) -> None:
        """Refuse images that leave no last map.

        Args:
            shape: [B, H, W, 3].

        Raises:
            ValueError: they are too small for this network.
        """
        least = self.architecture.minimum_image_size
        if min(shape[1:3]) < least:
            raise ValueError(
                f"{self.name}: images of {shape[1]}x{shape[2]} pixels are too small; "
                f"its smallest image is {least}x{least}"
            )


def _logits(module: Any, x: jax.Array, train: bool) -> jax.Array:
    return module.head(module.features(x, train), train)


# Jitted, so that XLA drops the forward pass, which only serves to learn the shapes.
@partial(jax.jit, static_argnums=(0, 1))
def _init(module: nn.Module, shape: tuple[int, ...], key: jax.Array):
    return module.init(key, jnp.zeros(shape), False, method=_logits)
