"""The network in a ticket file, as a graph and its arrays."""

from pathlib import Path

import numpy as np

from jaxticket.graph import Graph, from_json
from jaxticket.graph.shapes import Arrays
from jaxticket.tickets import Ticket


def network_of(file: Path, ticket: Ticket) -> tuple[Graph, Arrays]:
    """Return the graph of a ticket, and its arrays.

    Args:
        file: where the ticket was read.
        ticket: what was read.

    Raises:
        ValueError: it has none, or it is not one.
    """
    if ticket.manifest.graph is None:
        why = (
            "is of the older form: pack it again from its run folder, experiments.ticket pack"
            if ticket.manifest.schema == 1
            else f"holds no graph: the forward pass of {ticket.manifest.model} could not be traced"
        )
        raise ValueError(f"{file} {why}")
    return from_json(ticket.manifest.graph), ticket.params | ticket.batch_stats


def answers(logits: np.ndarray) -> np.ndarray:
    """Return what logits [N, C] decide: of one, whether it is above 0; of several, the largest."""
    return logits[:, 0] > 0 if logits.shape[1] == 1 else logits.argmax(axis=1)
