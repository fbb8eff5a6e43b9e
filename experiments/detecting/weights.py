"""Weights from elsewhere as a ticket: dense, of level 0, and what they were trained on unknown."""

import hashlib
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from experiments.options.weights import Elsewhere
from jaxticket import graph
from jaxticket.models import Detector, build, trace
from jaxticket.models.output_layer import FakeOutput
from jaxticket.models.pretrained import load_weights
from jaxticket.runs import describe_environment
from jaxticket.tickets import Manifest, Ticket, by_path
from jaxticket.tickets.manifest import Data, Origin, Preprocessing
from jaxticket.trees import Tree, leaves_by_path, prunable_paths

UNKNOWN = Data(name="unknown data", fingerprint="", synthetic=False)


def ticket_of_weights(config: Elsewhere) -> Ticket:
    """Return the network in a weight file as a ticket, without calibration and metrics.

    Args:
        config: `init_from`, `model` and `image_size` are given.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is none of this detector at this size, its output layer is of other classes,
            which of its outputs is fake must be said, or the detector has no graph; says so.
        ImportError: a PyTorch file, and PyTorch is not installed.
    """
    assert config.init_from is not None
    assert config.model is not None
    assert config.image_size is not None
    detector = build(config.model)
    shapes = jax.eval_shape(partial(detector.init, image_size=config.image_size), jax.random.key(0))
    params, batch_stats, notes = _loaded(config.init_from, detector, shapes, config.fake_output)
    prunable = prunable_paths(params, detector.output_layer)
    leaves, row = by_path(params), detector.architecture
    manifest = Manifest(
        schema=2,
        model=config.model,
        width=1.0,
        classes=["real", "fake"],
        logits=detector.num_logits,
        image_size=config.image_size,
        prunable={},
        level=0,
        sparsity=0.0,
        weights_left=sum(leaves[path].size for path in prunable),
        data=UNKNOWN,
        seed=0,
        rewind="none",
        preprocessing=Preprocessing(mean=list(row.mean), std=list(row.std)),
        versions=dict(describe_environment()),
        graph=graph.to_json(trace(detector, config.image_size)),
        origin=Origin(
            file=config.init_from.name,
            sha256=hashlib.sha256(config.init_from.read_bytes()).hexdigest(),
            notes=notes,
        ),
    )
    masks = {path: np.ones(leaves[path].shape, bool) for path in prunable}
    return Ticket(leaves, by_path(batch_stats), masks, manifest)


def _loaded(
    path: Path, detector: Detector, shapes: tuple[Tree, Tree], fake_output: FakeOutput | None
) -> tuple[Tree, Tree, list[str]]:
    absent = jax.tree.map(lambda leaf: jnp.full(leaf.shape, jnp.nan, leaf.dtype), shapes)
    params, batch_stats, notes = load_weights(path, detector, absent[0], absent[1], fake_output)
    for name, leaf in leaves_by_path(params).items():
        if np.isnan(leaf).any():  # an output layer that would begin anew
            raise ValueError(
                f"{path}: its output layer ({name}) is of other classes than real against fake, "
                "so it cannot answer: train it on with python -m experiments.imp "
                f"--init_from={path}"
            )
    return params, batch_stats, notes
