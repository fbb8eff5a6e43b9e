"""Maps of a ticket's network: where a face speaks for fake. Only they need JAX."""

from collections.abc import Callable

import numpy as np

from experiments.detecting.network import Network
from jaxticket.graph import Graph
from jaxticket.graph.shapes import Arrays

Maps = Callable[[np.ndarray], np.ndarray]
"""Crops, uint8 [N, S, S, 3] -> float32 [N, h, w], not negative: larger where more speaks for fake.

Of several logits that is the likeliest class besides the real one, the first.
"""


def load_maps(graph: Graph, arrays: Arrays, network: Network) -> tuple[Maps | None, str | None]:
    """Return the function that makes maps; or None, and a sentence that says why there are none.

    Args:
        graph: of the ticket.
        arrays: its arrays by name.
        network: the same network, which scores.
    """
    try:
        from jaxticket.attention.maps import maps_of_graph
    except ImportError as error:
        why = f"maps of where the network looked need JAX, which is not installed ({error})"
        return None, f"{why}; without them all else is the same"
    try:
        made = maps_of_graph(graph, arrays)
    except ValueError as error:
        return None, f"there are no maps: {error}"

    def maps(crops: np.ndarray) -> np.ndarray:
        logits = network.logits(crops)
        several = logits.ndim == 2 and logits.shape[1] > 1
        return made(crops, 1 + logits[:, 1:].argmax(axis=1) if several else 1)

    return maps, None
