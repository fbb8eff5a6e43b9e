"""The examples of one split: what is known of each, and their pictures at one size."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from jaxticket.data.kept_pictures import kept_or_made, name_of
from jaxticket.data.prepared import LABELS, NotPreparedError, PreparedSet, records
from jaxticket.decoding import UndecodableError, decode_mask, decode_square
from jaxticket.text import name_columns

Record = Mapping[str, Any]

_TEXTS = ("key", "group", "video", "compression")
_KNOWN = ("label", "method", "has_mask", *_TEXTS)

COLUMNS = ("labels", "keys", "groups", "videos", "methods", "compressions", "has_masks")
"""What is known of each example: the arrays [N] of `Examples`."""


@dataclass(frozen=True, eq=False)
class Examples:
    """N examples in the order of the records.

    Attributes:
        labels: int32 [N], numbers of the classes: real 0 and fake 1, or see `classes.by_method`.
        keys: str [N], unique.
        groups: str [N]; examples of a group are not independent.
        videos: str [N]; frame scores are averaged over a video.
        methods: str [N], `real` or the forgery method.
        compressions: str [N], of the source, such as `c23`; empty where it is not known.
        has_masks: bool [N], whether the forged region is known.
        image_size: the side of the pictures in pixels.
        in_memory: whether the pictures are held decoded.
        classes: names of the labels, `real` first.
    """

    labels: np.ndarray
    keys: np.ndarray
    groups: np.ndarray
    videos: np.ndarray
    methods: np.ndarray
    compressions: np.ndarray
    has_masks: np.ndarray
    image_size: int
    in_memory: bool
    _images: Callable[[np.ndarray], np.ndarray]
    _masks: Callable[[np.ndarray], np.ndarray]
    classes: tuple[str, ...] = LABELS

    def __len__(self) -> int:
        """Return the number of examples N."""
        return len(self.labels)

    def images(self, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return the pictures at `indices`, RGB, uint8 [n, image_size, image_size, 3]."""
        return self._images(np.asarray(indices, dtype=np.int64))

    def masks(self, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return the forged regions at `indices`, bool [n, image_size, image_size].

        They are read when asked for. All false where `has_masks` is false.
        """
        return self._masks(np.asarray(indices, dtype=np.int64))


def load_examples(
    prepared: PreparedSet,
    split: str,
    image_size: int,
    *,
    memory_limit: int = 4 << 30,
    folder: Path | None = None,
) -> Examples:
    """Load a split; its pictures are decoded once if they fit into memory.

    Args:
        prepared: the set.
        split: `train`, `validation` or `test`.
        image_size: the side of the pictures in pixels.
        memory_limit: in bytes; with more pixels than that, pictures are decoded when asked for.
        folder: where decoded pictures are kept for this and other processes, see
            `jaxticket.data.kept_pictures`; None to keep none.

    Raises:
        ValueError: the split is unknown, or the size not positive.
        UndecodableError: a picture cannot be decoded; the text names its key.
        NotPreparedError: a record cannot be read, or their names are too long.
    """
    if image_size <= 0:
        raise ValueError(f"the image size must be positive, not {image_size}")
    source = records(prepared, split)
    shape = (len(source), image_size, image_size, 3)
    in_memory = int(np.prod(shape, dtype=np.int64)) <= memory_limit
    held = np.empty(shape, np.uint8) if in_memory and folder is None else None

    def load(index: int) -> dict[str, Any]:
        record = source[index]
        if held is not None:
            held[index] = _decode(decode_square, record, "image", image_size)
        elif in_memory:
            hashes[index] = hashlib.sha256(record["image"]).digest()
        return {name: record[name] for name in _KNOWN}

    def fill(pictures: np.ndarray) -> None:
        def decode(index: int) -> None:
            pictures[index] = _decode(decode_square, source[index], "image", image_size)

        with _threads() as pool:
            list(pool.map(decode, range(len(source))))

    hashes = [b""] * len(source)
    with _threads() as pool:
        known = list(pool.map(load, range(len(source))))
    if in_memory and folder is not None:
        held = kept_or_made(folder / name_of(hashes, image_size), shape, fill)

    texts = {name: [record[name].decode("utf-8") for record in known] for name in _TEXTS}
    texts["method"] = [prepared.methods[record["method"]] for record in known]
    try:
        names = name_columns(texts)
    except ValueError as error:
        raise NotPreparedError(f"the records of {split} in {prepared.path} have {error}") from None

    def numbers(name: str) -> np.ndarray:
        return np.array([record[name] for record in known])

    def decoded_now(indices: np.ndarray) -> np.ndarray:
        out = np.empty((len(indices), *shape[1:]), np.uint8)
        for place, index in enumerate(indices):
            out[place] = _decode(decode_square, source[int(index)], "image", image_size)
        return out

    def masks(indices: np.ndarray) -> np.ndarray:
        out = np.zeros((len(indices), image_size, image_size), np.bool_)
        for place, index in enumerate(indices):
            record = source[int(index)]
            if record["has_mask"]:
                out[place] = _decode(decode_mask, record, "mask", image_size)
        return out

    return Examples(
        labels=numbers("label").astype(np.int32),
        keys=names["key"],
        groups=names["group"],
        videos=names["video"],
        methods=names["method"],
        compressions=names["compression"],
        has_masks=numbers("has_mask").astype(np.bool_),
        image_size=image_size,
        in_memory=in_memory,
        _images=decoded_now if held is None else held.__getitem__,
        _masks=masks,
    )


def subset(examples: Examples, indices: Sequence[int] | np.ndarray) -> Examples:
    """Return the examples at `indices`, in that order.

    Pictures in memory are copied, so that the others can go.

    Raises:
        IndexError: a position lies outside.
    """
    chosen = np.asarray(indices, dtype=np.int64)
    chosen = np.arange(len(examples))[chosen]  # none outside, and none counted from the end
    held = examples.images(chosen) if examples.in_memory else None
    images, masks = examples._images, examples._masks
    return replace(
        examples,
        **{name: getattr(examples, name)[chosen] for name in COLUMNS},
        _images=(lambda at: images(chosen[at])) if held is None else held.__getitem__,
        _masks=lambda at: masks(chosen[at]),
    )


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(min(16, os.cpu_count() or 1))


def _decode(
    decode: Callable[[bytes, int], np.ndarray], record: Record, name: str, image_size: int
) -> np.ndarray:
    try:
        return decode(record[name], image_size)
    except UndecodableError as error:
        raise UndecodableError(f"record {record['key'].decode('utf-8')}: {error}") from None
