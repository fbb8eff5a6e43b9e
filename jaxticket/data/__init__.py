"""Prepared records become batches.

`prepared` opens a prepared set (TFDS records by the record schema), `examples` decodes and resizes
its pictures, `pipeline` orders them into batches as a pure function of (seed, step), and
`augmentation` changes them on the device.
"""

from jaxticket.data.augmentation import AUGMENTATIONS, augment
from jaxticket.data.examples import Examples, load_examples
from jaxticket.data.pipeline import (
    BALANCES,
    Batch,
    evaluation_batches,
    steps_per_epoch,
    training_batches,
)
from jaxticket.data.prepared import PreparedSet, open_prepared

__all__ = [
    "AUGMENTATIONS",
    "BALANCES",
    "Batch",
    "Examples",
    "PreparedSet",
    "augment",
    "evaluation_batches",
    "load_examples",
    "open_prepared",
    "steps_per_epoch",
    "training_batches",
]
