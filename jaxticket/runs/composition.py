"""What a sample of pictures is made of: classes, methods, compressions, groups, right answers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from jaxticket.text import sample_text


class Part(Struct, frozen=True, kw_only=True):
    """The pictures of one method and compression.

    Attributes:
        label: 1 of fakes.
        method: of forgery; `real` of real pictures.
        compression: such as `c23`; empty where it is not known.
        pictures: how many.
        groups: how many, of which they are.
        right: network -> how many of them it answers rightly; nothing where that is not known.
    """

    label: int
    method: str
    compression: str = ""
    pictures: int
    groups: int
    right: Mapping[str, int] = {}


def composition(
    labels: Sequence[int] | np.ndarray,
    methods: Sequence[str] | np.ndarray,
    compressions: Sequence[str] | np.ndarray,
    groups: Sequence[Any] | np.ndarray,
    right: Mapping[str, Sequence[bool] | np.ndarray],
) -> list[Part]:
    """Return the parts of a sample of N pictures, reals first.

    Args:
        labels: [N], above 0 of fakes.
        methods: [N].
        compressions: [N].
        groups: [N].
        right: network -> [N], whether it answers rightly.
    """
    places: dict[tuple[int, str, str], list[int]] = {}
    for at, (label, method, compression) in enumerate(
        zip(labels, methods, compressions, strict=True)
    ):
        places.setdefault((int(label > 0), str(method), str(compression)), []).append(at)
    return [
        Part(
            label=label, method=method, compression=compression, pictures=len(here),
            groups=len({groups[at] for at in here}),
            right={name: int(sum(bool(answers[at]) for at in here))
                   for name, answers in right.items()},
        )
        for (label, method, compression), here in sorted(places.items())
    ]  # fmt: skip


def composition_text(parts: Sequence[Part]) -> str:
    """Return it in words: counts of classes, methods and compressions, and right answers."""
    by_method: dict[str, int] = {}
    by_compression: dict[str, int] = {}
    right: dict[str, int] = {}
    for part in parts:
        method = part.method if part.label else "real"
        by_method[method] = by_method.get(method, 0) + part.pictures
        compression = part.compression or "unknown"
        by_compression[compression] = by_compression.get(compression, 0) + part.pictures
        for name, count in part.right.items():
            right[name] = right.get(name, 0) + count
    whole = sum(by_method.values())
    text = sample_text(by_method)
    if set(by_compression) - {"unknown"}:
        listed = ", ".join(f"{count:,} {name}" for name, count in by_compression.items())
        text += f"; compression {listed}"
    if right:
        listed = ", ".join(
            f"{name} {count:,} right and {whole - count:,} wrong" for name, count in right.items()
        )
        text += f"; answers: {listed}"
    return text
