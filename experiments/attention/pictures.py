"""Which pictures networks look at: a sample that is even over classes and forgery methods."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.one_run.data import Data
from experiments.options.saliency import Config
from jaxticket.data import Examples, draw_sample, read_regions, subset
from jaxticket.runs.attention import read_made_from, saliency_folder

VALIDATION = 200
"""Most validation pictures by which a network's threshold is chosen."""
RULE = 2
"""How samples are drawn: by `draw_sample`. Rule 1 took whole groups in the order of their hash."""
HOW = {
    1: "whole groups in the order of a hash of their names",
    2: "drawn evenly: real and fake in turns, the methods of the fakes, the groups of a method",
}


@dataclass(frozen=True)
class Pictures:
    """What the networks look at.

    Attributes:
        examples: the pictures.
        validation: forged ones of the validation split.
        regions: of the faces, name -> bool [N, H, H]; none where they are not known.
        identity: of the data and the sample, ready for JSON.
        synthetic: whether they are.
        drawn: how they were drawn, in words.
    """

    examples: Examples
    validation: Examples
    regions: dict[str, np.ndarray]
    identity: dict[str, Any]
    synthetic: bool
    drawn: str = ""

    @property
    def methods(self) -> dict[str, int]:
        """How many pictures there are of each method, `real` among them."""
        return dict(sorted(Counter(self.examples.methods.tolist()).items()))


def pictures_of(config: Config, data: Data, examples: Examples, validation: Examples) -> Pictures:
    """Draw the pictures, and find what is known of their faces.

    Runs that all keep a record of the sample that an earlier version drew stay with it.

    Args:
        config: the options.
        data: of which they are.
        examples: the split.
        validation: the validation split.
    """
    forged = np.flatnonzero(validation.has_masks & (validation.labels > 0))
    older = _by_hash_of_groups(examples.groups, config.pictures)
    if _all_keep(config.run, _digest(examples.keys[older])):
        rule, chosen = 1, older
        if len(forged):
            forged = forged[_by_hash_of_groups(validation.groups[forged], VALIDATION)]
    else:
        rule, chosen = RULE, _draw(examples, config.pictures, "attention")
        candidates = subset(validation, forged)
        forged = forged[_draw(candidates, VALIDATION, "threshold of attention")]
    drawn = HOW[rule] if len(chosen) < len(examples) else "all of the split"
    examples = subset(examples, chosen)
    known = read_regions(data.sets[0]) if len(data.sets) == 1 else None
    regions = {}
    if known is not None and known.known(examples.keys).any():
        regions = known.masks(examples.keys, examples.image_size)
    identity = {
        "data_name": data.name,
        "data_fingerprint": data.fingerprint,
        "split": config.split,
        "examples": _digest(examples.keys),
        "regions": list(regions),
        **({} if rule == 1 else {"sample": rule}),
    }
    seen = subset(validation, forged)
    return Pictures(examples, seen, regions, identity, data.synthetic, drawn)


def _draw(examples: Examples, most: int, purpose: str) -> np.ndarray:
    columns = examples.labels, examples.methods, examples.groups, examples.keys
    return draw_sample(*columns, most, purpose)


def _all_keep(runs: Sequence[Path], keys: str) -> bool:
    records = [read_made_from(saliency_folder(run)) for run in runs]
    return all("sample" not in record and record.get("examples") == keys for record in records)


def _by_hash_of_groups(groups: np.ndarray, most: int) -> np.ndarray:
    """Return positions of whole groups, as earlier versions drew them: the first one always."""
    names, counts = np.unique(groups, return_counts=True)
    drawn = np.argsort([hashlib.sha256(str(name).encode()).hexdigest() for name in names])
    fit = np.cumsum(counts[drawn]) <= most
    fit[:1] = True
    return np.flatnonzero(np.isin(groups, names[drawn[fit]]))


def _digest(keys: np.ndarray) -> str:
    return hashlib.sha256("\n".join(map(str, keys)).encode()).hexdigest()
