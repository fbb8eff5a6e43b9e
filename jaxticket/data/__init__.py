"""Prepared records become batches.

`prepared` opens a prepared set (TFDS records by the record schema), `examples` decodes and resizes
its pictures, `ordering` and `pipeline` make batches of them as a pure function of (seed, step),
`mixing` puts several sets together, `sample` draws some examples evenly, `classes` makes labels of
the methods, `augmentation` changes pictures on the device, and `corruptions` spoils those of an
evaluation. `regions` knows where eyes, nose and mouth are, where a set does. `augmentation` alone
needs JAX, and comes when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from jaxticket.data.classes import all_methods, by_method
from jaxticket.data.corruptions import (
    CORRUPTIONS,
    Corruption,
    CorruptionKind,
    corrupt,
    corrupted,
    parse_corruption,
    parse_corruptions,
)
from jaxticket.data.examples import Examples, load_examples, subset
from jaxticket.data.mixing import Mixture, concatenate
from jaxticket.data.ordering import BALANCES
from jaxticket.data.pipeline import (
    Batch,
    Feed,
    evaluation_batches,
    steps_per_epoch,
    training_batches,
)
from jaxticket.data.prepared import PreparedSet, open_prepared
from jaxticket.data.regions import Regions, RegionsError, read_regions
from jaxticket.data.sample import draw_sample, even_order

if TYPE_CHECKING:
    from jaxticket.data.augmentation import AUGMENTATIONS, augment

__all__ = [
    "AUGMENTATIONS",
    "BALANCES",
    "CORRUPTIONS",
    "Batch",
    "Corruption",
    "CorruptionKind",
    "Examples",
    "Feed",
    "Mixture",
    "PreparedSet",
    "Regions",
    "RegionsError",
    "all_methods",
    "augment",
    "by_method",
    "concatenate",
    "corrupt",
    "corrupted",
    "draw_sample",
    "evaluation_batches",
    "even_order",
    "load_examples",
    "open_prepared",
    "parse_corruption",
    "parse_corruptions",
    "read_regions",
    "steps_per_epoch",
    "subset",
    "training_batches",
]


def __getattr__(name: str) -> Any:
    if name not in ("AUGMENTATIONS", "augment"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.augmentation"), name)
