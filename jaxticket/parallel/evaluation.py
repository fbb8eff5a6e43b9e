"""Evaluation shared by all devices of a mesh: the same logits in every process."""

from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh

from jaxticket.parallel.hosts import reaching
from jaxticket.parallel.mesh import DATA, TICKET, everywhere, placed, sharding
from jaxticket.training import Evaluate
from jaxticket.trees import Tree


def share_evaluation(evaluate: Evaluate, mesh: Mesh) -> Evaluate:
    """Return an evaluation whose pictures all devices share; its logits are a host array.

    In several processes all must call it, with the same. So what is decided by its logits, such as
    when a level ends, is decided alike in all.
    """
    whole, rows = sharding(mesh), sharding(mesh, (TICKET, DATA))
    shared: Any = jax.jit(evaluate, in_shardings=(whole, whole, rows), out_shardings=whole)
    kept: list[Any] = [None, None, None]

    def of_batch(params: Tree, batch_stats: Tree, image: jax.Array | np.ndarray) -> Any:
        if kept[0] is not params or kept[1] is not batch_stats:
            kept[:] = params, batch_stats, everywhere(mesh, (params, batch_stats))
        image = np.asarray(image)
        missing = -len(image) % mesh.size
        filled = np.concatenate([image, np.zeros((missing, *image.shape[1:]), image.dtype)])
        with reaching():
            return np.asarray(shared(*kept[2], placed(filled, rows)))[: len(image)]

    return of_batch
