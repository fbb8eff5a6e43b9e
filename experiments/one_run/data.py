"""The data of an experiment: one prepared set, or several that are trained on together."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from data_prep.prepared.intact import check_files
from data_prep.synthetic import EMBEDDED
from experiments.one_run.dataset_option import prepared_path
from experiments.one_run.own_data import find_sets, joined_fingerprint, made_from
from experiments.terminal.kept_pictures import checked_dir, pictures_dir
from jaxticket.data import (
    Examples,
    Mixture,
    PreparedSet,
    all_methods,
    by_method,
    concatenate,
    load_examples,
    open_prepared,
    subset,
)
from jaxticket.data.prepared import SPLITS, records
from jaxticket.runs import RunRecord
from jaxticket.runs.counts import Counts, count

MEMORY_LIMIT = 4 << 30
"""Bytes of decoded pictures that a split may hold; above, pictures are decoded when asked for."""

SKIP_LIMIT = 20
"""Bad pictures that a set for a finished run may have left out, as for experiments.imp."""

SELECTED = ("train", "validation")
"""The splits that a selection of methods thins out."""


@dataclass(frozen=True)
class Data:
    """Prepared sets as one.

    Attributes:
        sets: in the order in which they were named.
        weights: how often each is drawn from in training; None draws every picture equally often.
        methods: the forgery methods that training and validation see, beside the real pictures;
            None for all. The test split is always whole.
        classes: the methods that a detector is to tell apart, `real` first; None for real or fake.

    Raises:
        ValueError: a set stands there twice, there is not one positive weight for each, or a
            method is unknown or leaves a set without pictures.
    """

    sets: tuple[PreparedSet, ...]
    weights: tuple[float, ...] | None = None
    methods: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        paths = Counter(prepared.path for prepared in self.sets)
        twice = [path for path, times in paths.items() if times > 1]
        if twice:
            raise ValueError(f"--dataset names {twice[0]} more than once")
        if self.methods is not None:
            self._check_methods(self.methods)
        if self.weights is not None:
            if len(self.sets) == 1:
                raise ValueError("--mixture weighs several data sets, but --dataset names one")
            self._mixture(self.weights)

    @property
    def name(self) -> str:
        """The sets' names joined by +."""
        return "+".join(prepared.name for prepared in self.sets)

    @property
    def fingerprint(self) -> str:
        """Equal for equal content in the same order; a single set's own."""
        return joined_fingerprint([prepared.fingerprint for prepared in self.sets])

    @property
    def synthetic(self) -> bool:
        """Whether any of the sets is synthetic."""
        return any(prepared.synthetic for prepared in self.sets)

    @property
    def num_logits(self) -> int:
        """How many logits the detector has: 1 for real or fake, else one a class."""
        return 1 if self.classes is None else len(self.classes)

    def by_method(self, classes: Sequence[str] | None = None) -> "Data":
        """Return the same pictures with their methods as classes: `classes`, or all there are."""
        classes = classes or all_methods(prepared.methods for prepared in self.sets)
        return replace(self, classes=tuple(classes))

    def identity(self) -> dict[str, Any]:
        """Return the fields of a recipe that say what the data are."""
        return {
            "classes": self.classes,
            "data_name": self.name,
            "data_fingerprint": self.fingerprint,
            "synthetic": self.synthetic,
            "mixture": self.weights,
            "methods": None if self.methods is None else tuple(sorted(set(self.methods))),
        }

    def has(self, split: str) -> bool:
        """Return whether every set has this split: one for testing has no `train`."""
        return all(split in prepared.splits for prepared in self.sets)

    def count(self, split: str) -> int:
        """Return the number of pictures of a split, of the chosen methods."""
        return sum(self._sizes(split))

    def counts(self) -> Counts:
        """Return how many pictures of each method and compression the whole splits hold."""
        counts = {}
        for split in SPLITS:
            pairs = [
                (prepared.methods[record["method"]], record["compression"].decode())
                for prepared in self.sets
                for record in records(prepared, split)
            ]
            counts[split] = count(*zip(*pairs, strict=True))
        return counts

    def records(self, split: str) -> Iterator[Mapping[str, Any]]:
        """Yield the records of a split, of the chosen methods; see `jaxticket.data.prepared`."""
        for place, prepared in enumerate(self.sets):
            found = records(prepared, split)
            kept = self._kept[split][place] if split in self._kept else range(len(found))
            yield from (found[int(at)] for at in kept)

    def mixture(self) -> Mixture | None:
        """Return how training draws from the sets, None for every picture equally often."""
        return None if self.weights is None else self._mixture(self.weights)

    def load(self, image_size: int) -> tuple[Examples, Examples, Examples]:
        """Read training, validation and test examples; once, however often they are asked for.

        Raises:
            ValueError: a split lacks a class or has others, a picture cannot be decoded, or two
                versions of one set have the same group in different splits.
        """
        if image_size not in self._loaded:
            parts = [self._parts(split, image_size) for split in SPLITS]
            train, validation, test = (
                self._joined(split, part) for split, part in zip(SPLITS, parts, strict=True)
            )
            self._check_groups(list(zip(*parts, strict=True)))
            self._loaded[image_size] = train, validation, test
        return self._loaded[image_size]

    def load_split(self, split: str, image_size: int, *, one_class: bool = False) -> Examples:
        """Read the examples of one split, as `load` gives them.

        Args:
            split: of the sets.
            image_size: of the pictures, pixels.
            one_class: whether pictures of one class will do.

        Raises:
            ValueError: there is no such split, it holds one class only, or a picture cannot be
                decoded.
        """
        return self._joined(split, self._parts(split, image_size), one_class=one_class)

    def _parts(self, split: str, image_size: int) -> list[Examples]:
        limit = MEMORY_LIMIT // len(self.sets)
        parts = [
            load_examples(prepared, split, image_size, memory_limit=limit, folder=pictures_dir())
            for prepared in self.sets
        ]
        if split not in self._kept:
            return parts
        return [subset(*pair) for pair in zip(parts, self._kept[split], strict=True)]

    def _joined(
        self, split: str, parts: Sequence[Examples], *, one_class: bool = False
    ) -> Examples:
        names = [prepared.name for prepared in self.sets]
        examples = parts[0] if len(parts) == 1 else concatenate(parts, names)
        if not one_class:
            self._check_classes(split, examples)
        return self._labelled(split, examples)

    @cached_property
    def _loaded(self) -> dict[int, tuple[Examples, Examples, Examples]]:
        """What `load` gave, by the side of the pictures."""
        return {}

    @cached_property
    def _kept(self) -> dict[str, list[np.ndarray]]:
        """By split, the positions that stay of each set; splits that stay whole are left out."""
        if self.methods is None:
            return {}
        stay = {"real", *self.methods}

        def positions(prepared: PreparedSet, split: str) -> np.ndarray:
            named = (prepared.methods[record["method"]] for record in records(prepared, split))
            return np.flatnonzero([name in stay for name in named])

        return {split: [positions(prepared, split) for prepared in self.sets] for split in SELECTED}

    def _sizes(self, split: str) -> list[int]:
        if split in self._kept:
            return [len(positions) for positions in self._kept[split]]
        return [prepared.splits[split] for prepared in self.sets]

    def _mixture(self, weights: tuple[float, ...]) -> Mixture:
        return Mixture(tuple(self._sizes("train")), weights)

    def _check_methods(self, methods: tuple[str, ...]) -> None:
        known = sorted({name for prepared in self.sets for name in prepared.methods} - {"real"})
        unknown = sorted(set(methods) - set(known))
        if unknown or not methods:
            what = f"names {', '.join(map(repr, unknown))}" if unknown else "names none"
            raise ValueError(
                f"--methods {what}; the forgery methods of {self.name} are {', '.join(known)} "
                "(real pictures always stay)"
            )
        for split in SELECTED:
            for prepared, size in zip(self.sets, self._sizes(split), strict=True):
                if not size:
                    raise ValueError(
                        f"--methods={','.join(methods)} leaves no pictures in the {split} split of "
                        f"{prepared.name}"
                    )

    def _labelled(self, split: str, examples: Examples) -> Examples:
        if self.classes is None:
            return examples
        try:
            return by_method(examples, self.classes)
        except ValueError as error:
            raise ValueError(
                f"the {split} split of {self.name} does not fit --task=method: {error}; every "
                "class is needed in every split"
            ) from None

    def _check_classes(self, split: str, examples: Examples) -> None:
        if len(np.unique(examples.labels)) < 2:
            only = "fake" if examples.labels[0] else "real"
            raise ValueError(
                f"the {split} split of {self.name} holds {only} pictures only; both classes are "
                "needed in every split"
            )

    def _check_groups(self, parts: Sequence[Sequence[Examples]]) -> None:
        """Refuse versions of a set that put a group into different splits."""
        pairs = combinations(zip(self.sets, parts, strict=True), 2)
        for (version, examples), (other, other_examples) in pairs:
            if version.name != other.name:
                continue
            for first, second in permutations(range(3), 2):
                common = set(examples[first].groups) & set(other_examples[second].groups)
                alone = set(examples[second].groups) | set(other_examples[first].groups)
                if crossing := sorted(common - alone):
                    raise ValueError(
                        f"{len(crossing)} groups of {version.name}, for example {crossing[0]}, "
                        f"stand in {SPLITS[first]} of {version.path} and in {SPLITS[second]} of "
                        f"{other.path}: prepare both with the same splits"
                    )


def open_data(
    dataset: str,
    mixture: tuple[float, ...] | None,
    data_dir: Path,
    skip_limit: int,
    console: Console,
    methods: tuple[str, ...] | None = None,
    *,
    testing: bool = False,
) -> Data:
    """Open what `--dataset` names, one set or several with commas between.

    Args:
        dataset: see `experiments.one_run.dataset_option.prepared_path`; a path that holds a comma
            is one set.
        mixture: the weights of the sets, or None.
        data_dir: where prepared sets lie.
        skip_limit: unreadable pictures to skip before it is an error.
        console: shows the progress.
        methods: the forgery methods to train on, or None for all.
        testing: whether nothing is to be trained on them, see `prepared_path`.

    Raises:
        ValueError: a set is unknown or cannot be prepared, its records were changed, or the weights
            or methods do not fit.
    """
    paths = [
        prepared_path(name, data_dir, skip_limit, console, testing=testing)
        for name in names_of(dataset)
    ]
    return Data(_open_checked(paths, console), mixture, methods)


def _open_checked(paths: Sequence[Path], console: Console) -> tuple[PreparedSet, ...]:
    """Open prepared sets whose files are those that their cards were written with."""
    sets = tuple(map(open_prepared, paths))
    for prepared in sets:
        if not check_files(prepared.path, checked_dir()):
            console.print(
                f"{prepared.path} was prepared by an earlier version: whether its records were "
                "changed is not known"
            )
    return sets


def names_of(dataset: str) -> list[str]:
    """Return the sets that `--dataset` names; a path that holds a comma is one."""
    return [dataset] if Path(dataset).expanduser().exists() else dataset.split(",")


def open_data_of(
    run: RunRecord,
    dataset: str | None,
    data_dir: Path,
    skip_limit: int,
    console: Console,
    *,
    testing: bool = False,
) -> Data:
    """Open what is named, or else the data of a run, whole and drawn from evenly.

    Args:
        run: whose data they are where none are named.
        dataset: as for `open_data`, or None for the run's own: where the run folder says, among the
            prepared sets, or rendered anew.
        data_dir: where prepared sets lie.
        skip_limit: as for `open_data`.
        console: shows the progress.
        testing: as for `open_data`.

    Raises:
        ValueError: the run's own data are not found, and what `open_data` raises.
    """
    if dataset is not None:
        return open_data(dataset, None, data_dir, skip_limit, console, testing=testing)
    if sets := find_sets(run.path, run.recipe, data_dir):
        return Data(_open_checked(sets, console))
    name = run.recipe.data_name
    sentence = f"name the pictures with --dataset: {run.path} was trained on {name}, which is"
    if name not in EMBEDDED:
        raise ValueError(
            f"{sentence} neither where it was nor, with that content, among the prepared sets in "
            f"{data_dir}{made_from(run.path)}"
        )
    data = open_data(name, None, data_dir, skip_limit, console)
    if data.fingerprint != run.recipe.data_fingerprint:
        raise ValueError(f"{sentence} another version than the one that is rendered now")
    return data
