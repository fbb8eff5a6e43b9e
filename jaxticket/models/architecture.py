"""What is known of a network before it is built: a row of the table of detectors."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flax import linen as nn

RGB = tuple[float, float, float]


@dataclass(frozen=True)
class KerasLayer:
    """A layer with weights in the Keras code of a network's authors.

    Attributes:
        kind: `conv2d`, `batch_normalization` or `dense`.
        reads: the layers whose outputs it reads and what is done to them on the way, such as
            "bn1 > max_pool 2".
        dilation: of a convolution.
    """

    kind: str
    reads: str
    dilation: int = 1


@dataclass(frozen=True)
class Architecture:
    """A network in which `logits = head(features(x))`, and how it is fed, pruned and looked into.

    Attributes:
        network: a Linen module class (or function that gives a module) which takes `num_logits`
            and, if it can be made narrower, `width`. The module has the methods
            `features(x, train)`, from normalised images [B, H, W, 3] to the last map [B, h, w, c],
            and `head(features, train)`, to the logits [B, num_logits].
        mean: subtracted from the pixels once they are scaled to [0, 1]; red, green, blue.
        std: what they are divided by then.
        output_layer: path of the last dense layer in the parameters. Every other leaf named
            `kernel` is prunable.
        minimum_image_size: the smallest side of an image that leaves a last map worth the name.
        epochs: of a level, where none are asked for.
        map_layers: layers through which everything passes, from late to early; the first whose
            map is large enough is looked at where the last map is not.
        epsilon: of its batch normalisation, which others' files may have been trained with
            another of.
        torch_names: whether there are PyTorch files whose layers have the names of the parameters.
        torch_layers: how others name the layers in PyTorch files, where otherwise; a mapping for
            each of their ways.
        torch_unused: how names of what others' files hold beside the network begin.
        flattened: the dense layer that reads the last map flattened, and the batch normalisation
            whose channels that map has: PyTorch and we each flatten in our own order.
        keras_layers: the layers in the order of their numbers in Keras files; None where there are
            no such files.
    """

    network: Callable[..., nn.Module]
    mean: RGB = (0.0, 0.0, 0.0)
    std: RGB = (1.0, 1.0, 1.0)
    output_layer: str = "fc"
    minimum_image_size: int = 1
    epochs: int = 7
    map_layers: tuple[str, ...] = ()
    epsilon: float = 1e-5
    torch_names: bool = False
    torch_layers: tuple[Mapping[str, str], ...] = field(default=(), hash=False)
    torch_unused: tuple[str, ...] = ()
    flattened: tuple[str, str] | None = None
    keras_layers: Mapping[str, KerasLayer] | None = field(default=None, hash=False)

    def module(self, num_logits: int, width: float = 1.0) -> nn.Module:
        """Return the network.

        Args:
            num_logits: outputs of the last layer.
            width: factor of every layer's channels.

        Raises:
            ValueError: it does not take `num_logits`, or is to be narrower and takes no `width`.
        """
        takes = inspect.signature(self.network).parameters
        name = getattr(self.network, "__name__", repr(self.network))
        if "num_logits" not in takes:
            raise ValueError(f"{name} must take num_logits, the number of its outputs")
        if "width" in takes:
            return self.network(num_logits=num_logits, width=width)
        if width != 1:
            raise ValueError(f"{name} takes no width: it cannot be made narrower or wider")
        return self.network(num_logits=num_logits)
