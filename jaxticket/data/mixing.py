"""Several data sets as one, drawn from by weight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from jaxticket.data.examples import Examples


@dataclass(frozen=True)
class Mixture:
    """How to draw from the parts of concatenated examples.

    Attributes:
        sizes: the number of examples of each part, in their order.
        weights: how often a part is drawn from, relative to the others; kept to within 1%.

    Raises:
        ValueError: there is not one positive, finite weight for every part, or a part is empty.
    """

    sizes: tuple[int, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.sizes) != len(self.weights) or not self.sizes:
            raise ValueError(
                f"a mixture needs one weight for each set: {len(self.weights)} weights were given "
                f"for {len(self.sizes)} sets"
            )
        if not all(0 < weight < float("inf") for weight in self.weights):
            raise ValueError(f"the weights of a mixture must be positive, not {self.weights}")
        if not all(size > 0 for size in self.sizes):
            raise ValueError(f"the sets of a mixture must hold examples, not {self.sizes}")

    def parts(self) -> list[np.ndarray]:
        """Return the positions of every part's examples, int64."""
        ends = np.cumsum(self.sizes)
        return [np.arange(end - size, end) for size, end in zip(self.sizes, ends, strict=True)]


def concatenate(sets: Sequence[Examples], names: Sequence[str]) -> Examples:
    """Return the examples of all sets, one set after the other.

    Groups begin with the set's name and a colon, since two sets may use the same. Sets of one name
    are versions of one set, at other compressions for example, and share their groups; keys and
    videos are told apart by the number of the version too (`name.2:...`). The name of a method
    stands for the same method in all.

    Args:
        sets: the examples.
        names: of the sets.

    Raises:
        ValueError: there are no sets, or not one name for each, or their pictures differ in size
            or their labels in what they mean.
    """
    if not sets or len(sets) != len(names):
        raise ValueError(f"{len(sets)} data sets and {len(names)} names cannot be put together")
    sizes = [part.image_size for part in sets]
    if len(set(sizes)) > 1:
        raise ValueError(
            f"data sets of different picture sizes cannot be put together: {sizes}; load all of "
            "them at one size"
        )
    if len({part.classes for part in sets}) > 1:
        raise ValueError(
            "data sets of different classes cannot be put together: "
            + "; ".join(", ".join(part.classes) for part in sets)
        )
    versions = [names[:place].count(name) + 1 for place, name in enumerate(names)]
    unique = [name if n == 1 else f"{name}.{n}" for name, n in zip(names, versions, strict=True)]
    starts = np.cumsum([0, *(len(part) for part in sets)])

    def named(attribute: str, by: Sequence[str]) -> np.ndarray:
        pairs = zip(by, sets, strict=True)
        return np.concatenate(
            [np.char.add(f"{name}:", getattr(part, attribute)) for name, part in pairs]
        )

    def joined(attribute: str) -> np.ndarray:
        return np.concatenate([getattr(part, attribute) for part in sets])

    return Examples(
        labels=joined("labels"),
        keys=named("keys", unique),
        groups=named("groups", names),
        videos=named("videos", unique),
        methods=joined("methods"),
        compressions=joined("compressions"),
        has_masks=joined("has_masks"),
        image_size=sizes[0],
        in_memory=all(part.in_memory for part in sets),
        _images=_dispatch([part.images for part in sets], starts),
        _masks=_dispatch([part.masks for part in sets], starts),
        classes=sets[0].classes,
    )


def _dispatch(
    readers: Sequence[Callable[[np.ndarray], np.ndarray]], starts: np.ndarray
) -> Callable[[np.ndarray], np.ndarray]:
    """Return a reader of each position from the set that it lies in."""

    def read(indices: np.ndarray) -> np.ndarray:
        # A negative position would count from the end of another set.
        indices = np.where(indices < 0, indices + starts[-1], indices)
        if ((indices < 0) | (indices >= starts[-1])).any():
            raise IndexError(f"positions must lie in 0..{starts[-1] - 1}: {indices}")
        owner = np.searchsorted(starts, indices, "right") - 1
        out = readers[0](np.empty(0, np.int64))
        out = np.empty((len(indices), *out.shape[1:]), out.dtype)
        for number, reader in enumerate(readers):
            places = np.flatnonzero(owner == number)
            out[places] = reader(indices[places] - starts[number])
        return out

    return read
