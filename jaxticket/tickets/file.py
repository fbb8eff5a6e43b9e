"""The ticket file: weights, batch statistics and masks as safetensors.

Names are `params/<layer>/<leaf>`, `batch_stats/<layer>/<leaf>` and, for what may be pruned,
`masks/<layer>/kernel`; the metadata say of which detector. Weights are dense with zeros here.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from jaxticket.trees import leaves_by_path
from jaxticket.weights import Weights

METADATA = "jaxticket"


def save_ticket(
    path: Path, weights: Weights, prunable: tuple[str, ...], metadata: Mapping[str, str]
) -> None:
    """Write a ticket; the file appears whole or not at all.

    Args:
        path: the file.
        weights: of the sparse network.
        prunable: paths of the leaves that may be pruned: only their masks are kept.
        metadata: such as model, image_size, sparsity.
    """
    alive = leaves_by_path(weights.masks)
    trees = {"params": weights.params, "batch_stats": weights.batch_stats,
             "masks": {name: alive[name] for name in prunable}}  # fmt: skip
    arrays = {name: np.asarray(array) for name, array in leaves_by_path(trees).items()}
    partial = path.with_name(path.name + ".partial")
    # One entry: the library writes several in any order, and the same ticket is the same bytes.
    save_file(arrays, str(partial), metadata={METADATA: json.dumps(dict(metadata), sort_keys=True)})
    partial.replace(path)


def load_ticket(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Read a ticket: arrays by name, and the metadata.

    Raises:
        ValueError: the file is not safetensors, or not a ticket.
    """
    try:
        with safe_open(str(path), framework="np") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            metadata = (file.metadata() or {}).get(METADATA)
    except SafetensorError as error:
        raise ValueError(f"{path} is not a ticket (safetensors): {error}") from error
    if metadata is None:
        raise ValueError(f"{path} is safetensors but not a ticket: its metadata lack {METADATA!r}")
    return arrays, json.loads(metadata)
