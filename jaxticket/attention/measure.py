"""Where the networks of a run look: what each picture's map says, network by network."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import jax.numpy as jnp
import numpy as np

from jaxticket.attention.maps import area, is_empty, make_curves, make_maps, map_order, random_maps
from jaxticket.attention.maps.make import Maps, Method
from jaxticket.attention.table import Measured, Name
from jaxticket.attention.values import (
    Values,
    agree,
    centred,
    enlarged,
    flat,
    localise,
    over_area,
    qualifies,
    threshold_of,
)
from jaxticket.data import Examples, draw_sample
from jaxticket.models import Detector
from jaxticket.training import Evaluate, make_evaluate
from jaxticket.weights import Weights

SEED = 0
"""The seed of random maps and orders: the same in every run."""
FAITHFUL = 128
"""Most pictures of which deletion and insertion are measured: each costs 68 evaluations."""
FAITHFUL_TOO = "+faithfulness"
CENTRE, RANDOM, FLAT = "centre prior", "random map", "flat map"
DENSE = Name("ticket", 0, 0.0)

OnDone = Callable[[Measured], None]


class Shown(Protocol):
    """Pictures by position, as far as networks see them."""

    def __len__(self) -> int: ...

    def images(self, indices: np.ndarray, /) -> np.ndarray:
        """Return the pictures at positions, uint8 [n, H, W, 3]."""
        ...


@dataclass(frozen=True)
class Network:
    """A network whose maps are made.

    Attributes:
        name: what it is: `ticket` at a level, 0 for the dense one, or another word.
        detector: its form.
        weights: masked already.
    """

    name: Name
    detector: Detector
    weights: Weights


@dataclass(frozen=True)
class Question:
    """What is asked of the maps.

    Attributes:
        method: of the maps.
        layer: whose map; None for integrated gradients.
        explain: `predicted`, what the dense network says of a picture, for all networks; or a
            direction of `jaxticket.attention.maps.explained`.
        top: share of places for the overlap of the strongest.
        faithfulness: whether deletion and insertion are measured.
        batch_size: pictures at once.
    """

    method: Method
    layer: str | None
    explain: int | Literal["predicted"]
    top: float = 0.1
    faithfulness: bool = True
    batch_size: int = 32

    def made_from(self, network: Network) -> str:
        """Return what says that a network is the same, and whether its faithfulness is known."""
        return f"{network.weights.digest}{FAITHFUL_TOO if self.faithfulness else ''}"


@dataclass
class Explainer:
    """Maps and logits of networks; every form of detector is compiled once."""

    question: Question
    _maps: dict[Any, Maps] = field(default_factory=dict)
    _evaluate: dict[Any, Evaluate] = field(default_factory=dict)
    _curves: dict[Any, Any] = field(default_factory=dict)

    def logits(self, network: Network, examples: Examples) -> np.ndarray:
        """Return the logits, float [N, C]."""
        form = network.detector
        evaluate = self._evaluate.setdefault(form, make_evaluate(form))
        params, batch_stats = network.weights.params, network.weights.batch_stats
        return self._batched(examples, lambda images, _: evaluate(params, batch_stats, images))

    def directions(self, dense: Network, examples: Examples) -> np.ndarray:
        """Return what is explained of each picture, int [N]."""
        if self.question.explain != "predicted":
            return np.full(len(examples), self.question.explain)
        logits = self.logits(dense, examples)
        if logits.shape[1] == 1:
            return np.where(logits[:, 0] > 0, 1, -1)
        return logits.argmax(axis=1)

    def maps(self, network: Network, examples: Examples, directions: np.ndarray) -> np.ndarray:
        """Return the maps at the layer's own resolution, float32 [N, h, w]."""
        form, asked = network.detector, self.question
        make = self._maps.setdefault(form, make_maps(form, asked.method, asked.layer))
        params, batch_stats = network.weights.params, network.weights.batch_stats
        return self._batched(
            examples,
            lambda images, at: make(params, batch_stats, images, jnp.asarray(directions[at])),
        )

    def areas(
        self, network: Network, examples: "Shown", turns: np.ndarray, directions: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the areas under deletion and insertion, [N] each, for places in an order."""
        form = network.detector
        curves = self._curves.setdefault(form, make_curves(form))
        params, batch_stats = network.weights.params, network.weights.batch_stats

        def areas(images: np.ndarray, at: np.ndarray) -> np.ndarray:
            under = curves(params, batch_stats, images, turns[at], directions[at])
            return np.stack([area(under.deletion), area(under.insertion)], axis=1)

        both = self._batched(examples, areas)
        return both[:, 0], both[:, 1]

    def _batched(self, examples: "Shown", make: Callable[..., Any]) -> np.ndarray:
        count, size = len(examples), self.question.batch_size
        parts = []
        for first in range(0, count, size):
            # The last picture fills the last batch up, so that there is one shape to compile.
            at = np.minimum(np.arange(first, first + size), count - 1)
            parts.append(np.asarray(make(examples.images(at), at)))
        return np.concatenate(parts)[:count]


def measure(
    explainer: Explainer,
    networks: Sequence[Network],
    examples: Examples,
    validation: Examples,
    regions: Mapping[str, np.ndarray],
    on_done: OnDone = lambda measured: None,
    dense: Network | None = None,
) -> Measured:
    """Measure the maps of a run's networks on every picture.

    Args:
        explainer: makes the maps.
        networks: whose maps are measured.
        examples: the pictures.
        validation: forged pictures by whose maps the threshold of the overlap with the region is
            chosen, for each network its own; may be empty.
        regions: face regions, name -> bool [N, H, H]; those of a picture not known are empty.
        on_done: called after each network with what is measured so far; its last one is new.
        dense: to which the others are held; None for the first of the networks.
    """
    dense, size, keys = dense or networks[0], examples.image_size, examples.keys
    directions = explainer.directions(dense, examples)
    of_validation = explainer.directions(dense, validation) if len(validation) else np.zeros(0, int)
    masks = _masks(examples)
    seen = _masks(validation)
    at_dense = explainer.maps(dense, examples, directions)
    faithful = _faithful(explainer.question, examples, directions, dense)
    values: dict[Name, Values] = {}
    sources = {network.name: explainer.question.made_from(network) for network in networks}

    def found() -> Measured:
        return Measured(
            keys=keys, groups=examples.groups, methods=examples.methods, labels=examples.labels,
            values=dict(values), made_from=sources,
        )  # fmt: skip

    def located(maps: np.ndarray, maps_of_validation: np.ndarray) -> Values:
        threshold = threshold_of(maps_of_validation, seen)
        return {
            "empty": is_empty(maps).astype(float),
            **localise(maps, masks, threshold),
            **over_area(maps, regions, size),
        }

    for network in networks:
        is_dense = network.name == dense.name
        maps = at_dense if is_dense else explainer.maps(network, examples, directions)
        network_values = located(
            maps,
            explainer.maps(network, validation, of_validation)
            if len(validation)
            else np.zeros((0, 1, 1)),
        )
        logits = explainer.logits(network, examples)
        network_values["logit"] = (
            logits[:, 0] if logits.shape[1] == 1 else logits[range(len(keys)), directions]
        )
        if not is_dense and maps.shape == at_dense.shape:
            network_values |= agree(maps, at_dense, explainer.question.top)
        if len(faithful):
            network_values |= _faithfulness(
                explainer, network, examples, maps, directions, faithful
            )
        values[network.name] = network_values
        on_done(found())
    count, (high, wide) = len(keys), at_dense.shape[1:]
    values[Name(CENTRE, None, 0.0)] = located(centred(count, size), centred(len(validation), size))
    noise = random_maps(keys, high, wide, SEED)
    noise_of_validation = (
        random_maps(validation.keys, high, wide, SEED) if len(validation) else np.zeros((0, 1, 1))
    )
    by_chance = agree(noise, at_dense, explainer.question.top)
    del by_chance["distance"]  # noise has no scale that could be compared
    values[Name(RANDOM, None, 0.0)] = located(noise, noise_of_validation) | by_chance
    values[Name(FLAT, None, 0.0)] = flat(masks)
    return found()


def _masks(examples: Examples) -> np.ndarray:
    masks = examples.masks(np.arange(len(examples)))
    return masks & (examples.labels > 0)[:, None, None]


def _faithful(
    question: Question, examples: Examples, directions: np.ndarray, dense: Network
) -> np.ndarray:
    """Return the positions of the pictures whose faithfulness is measured."""
    if not question.faithfulness:
        return np.zeros(0, int)
    able = np.arange(len(examples))
    if question.explain != "predicted":
        one_logit = dense.detector.num_logits == 1
        able = np.flatnonzero(qualifies(examples.labels, directions, one_logit))
    drawn = draw_sample(
        examples.labels[able], examples.methods[able], examples.groups[able], examples.keys[able],
        FAITHFUL, "deletion and insertion",
    )  # fmt: skip
    return able[drawn]


def _faithfulness(
    explainer: Explainer,
    network: Network,
    examples: Examples,
    maps: np.ndarray,
    directions: np.ndarray,
    chosen: np.ndarray,
) -> Values:
    size, keys = examples.image_size, examples.keys[chosen]
    _, high, wide = maps.shape
    some = _Some(examples, chosen)
    empty = is_empty(maps[chosen])
    other = others(empty)
    orders = {
        "": map_order(enlarged(maps[chosen], size), keys, SEED),
        # Noise of the map's own grain: single pixels at random spoil a picture sooner than patches.
        "_random": map_order(enlarged(random_maps(keys, high, wide, SEED), size), keys, SEED),
        # What is true of every picture, such as that faces lie in the middle, is in these as well.
        "_other": map_order(enlarged(maps[chosen][other], size), keys, SEED),
    }
    areas = {}
    for suffix, turns in orders.items():
        both = explainer.areas(network, some, turns, directions[chosen])
        for name, values in zip(("deletion", "insertion"), both, strict=True):
            whole = np.full(len(examples), np.nan)
            unknown = empty | (other == np.arange(len(other))) if suffix == "_other" else empty
            whole[chosen] = np.where(unknown, np.nan, values)
            areas[name + suffix] = whole
    return areas


def others(empty: np.ndarray) -> np.ndarray:
    """Return for each picture the position of another one whose map is not empty, int [N].

    Half of them further, so that it is seldom of the same group; without two maps that are not
    empty, its own.

    Args:
        empty: bool [N], whether a picture's map is empty.
    """
    at, there = np.arange(len(empty)), np.flatnonzero(~empty)
    if len(there) > 1:
        at[there] = np.roll(there, len(there) // 2)
    return at


@dataclass(frozen=True)
class _Some:
    """Some pictures of many, as far as networks see them."""

    examples: Examples
    chosen: np.ndarray

    def __len__(self) -> int:
        return len(self.chosen)

    def images(self, indices: np.ndarray) -> np.ndarray:
        return self.examples.images(self.chosen[indices])
