"""The task of naming the method: every example's label is the number of what made it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from jaxticket.data.examples import Examples


def all_methods(of_sets: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the methods of several sets, `real` first, each name once and where it stood first.

    Args:
        of_sets: every set's methods, `real` first.
    """
    return tuple(dict.fromkeys(name for methods in of_sets for name in methods))


def by_method(examples: Examples, classes: Sequence[str]) -> Examples:
    """Return the examples with the numbers of their methods among `classes` as labels.

    Args:
        examples: of any split.
        classes: names of the methods, `real` first, so that a label above 0 is still a fake.

    Raises:
        ValueError: an example's method is none of the classes, or a class has no example.
    """
    present, member = np.unique(examples.methods, return_inverse=True)
    strange = [str(name) for name in present if name not in classes]
    lacking = [name for name in classes if name not in present]
    if strange:
        raise ValueError(f"{', '.join(strange)} is not among the classes {', '.join(classes)}")
    if lacking:
        raise ValueError(f"there are no pictures of {', '.join(lacking)}")
    numbers = np.array([list(classes).index(name) for name in present], np.int32)
    return replace(examples, labels=numbers[member], classes=tuple(classes))
