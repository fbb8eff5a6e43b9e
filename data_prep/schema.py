"""The record schema: the contract between the preparation of a data set and its readers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import tensorflow_datasets as tfds

REAL = 0
FAKE = 1
LABELS = ("real", "fake")
SPLITS = ("train", "validation", "test")

# A grey 1 x 1 PNG of value 0: what stands in `mask` where `has_mask` is false.
NO_MASK = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a"
    "7e9b550000000a49444154789c636000000002000148afa4710000000049"
    "454e44ae426082"
)

VERSION = "1.0.0"
"""Of every prepared set."""

INFO_FILE = "dataset_info.json"
FEATURES_FILE = "features.json"

REAL_METHOD = "real"


def features(methods: Sequence[str]) -> tfds.features.FeaturesDict:
    """Return the TFDS features of one record.

    Args:
        methods: names of the forgery methods, `real` first.

    Returns:
        `image` (encoded JPEG or PNG, H x W x 3), `label` (real 0, fake 1), `method`, `group` (what
        must not be split), `video` (frame scores are averaged over it), `frame` (its number in the
        video: that in its name, or its position, from 0), `compression` (empty where unknown),
        `mask` (the forged region, PNG of one channel) with `has_mask`, and `key` (unique in the
        whole set).

    Raises:
        ValueError: `methods` does not begin with `real`, or names one twice.
    """
    import numpy as np
    import tensorflow_datasets as tfds

    if not methods or methods[0] != "real" or len(set(methods)) != len(methods):
        raise ValueError(f"the methods must be distinct and begin with 'real': {list(methods)}")
    return tfds.features.FeaturesDict(
        {
            "image": tfds.features.Image(shape=(None, None, 3)),
            "label": tfds.features.ClassLabel(names=list(LABELS)),
            "method": tfds.features.ClassLabel(names=list(methods)),
            "group": tfds.features.Text(),
            "video": tfds.features.Text(),
            "frame": np.int32,
            "compression": tfds.features.Text(),
            "mask": tfds.features.Image(shape=(None, None, 1), encoding_format="png"),
            "has_mask": np.bool_,
            "key": tfds.features.Text(),
        }
    )


def record(
    *,
    key: str,
    image: bytes,
    label: int,
    method: str,
    group: str,
    video: str,
    frame: int = 0,
    compression: str = "",
    mask: bytes | None = None,
) -> dict[str, Any]:
    """Return one record of the schema, ready for TFDS.

    Args:
        key: unique in the whole set.
        image: encoded JPEG or PNG, 8-bit RGB.
        label: real 0, fake 1.
        method: `real`, or the forgery method.
        group: what must not be split: source video, picture or identity.
        video: what frame scores are averaged over.
        frame: its number in the video: that in its name, or its position, from 0.
        compression: for example `c23`; empty where unknown.
        mask: the forged region as a PNG of one channel, or None.

    Returns:
        The record; pictures are wrapped as files, since TFDS would encode arrays with TensorFlow.

    Raises:
        ValueError: the label is neither 0 nor 1, or contradicts the method.
    """
    if label not in (REAL, FAKE) or (label == REAL) != (method == "real"):
        raise ValueError(f"record {key}: label {label} does not fit the method {method!r}")
    return {
        "image": io.BytesIO(image),
        "label": int(label),
        "method": method,
        "group": group,
        "video": video,
        "frame": frame,
        "compression": compression,
        "mask": io.BytesIO(NO_MASK if mask is None else mask),
        "has_mask": mask is not None,
        "key": key,
    }
