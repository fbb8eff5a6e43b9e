"""Roads to a ticket, by name: options of experiments.imp, or of experiments.control."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FULL = "full"
"""What all others are held to."""
LONG_DENSE = "long_dense"
"""No ticket: the dense network with as many steps."""
CARRIED = "carried"
"""A mask that was found on other data."""


@dataclass(frozen=True)
class Road:
    """A way to a ticket.

    Attributes:
        called: in plots and tables.
        options: in which it differs from full iterative magnitude pruning.
    """

    called: str
    options: Mapping[str, Any] = field(default_factory=dict)


ROADS: dict[str, Road] = {
    FULL: Road("full IMP"),
    "short_0.2": Road("a fifth of each round", {"search": "short:0.2"}),
    "short_0.1": Road("a tenth of each round", {"search": "short:0.1"}),
    "early_bird": Road("early bird", {"search": "early_bird"}),
    "larger": Road("rounds of 50%", {"prune_fraction": 0.5}),
    "larger_short": Road(
        "a fifth of rounds of 50%", {"prune_fraction": 0.5, "search": "short:0.2"}
    ),
    "one_shot": Road("one shot", {"pruning": "one_shot"}),
    "one_shot_early_bird": Road(
        "one shot, early bird", {"pruning": "one_shot", "search": "early_bird"}
    ),
    "snip": Road("SNIP", {"criterion": "snip", "pruning": "one_shot"}),
    # Scored a hundred times on the way, as published; scored once it prunes whole layers away.
    "synflow": Road("SynFlow", {"criterion": "synflow", "prune_fraction": 0.8}),
    LONG_DENSE: Road("long dense (no ticket)"),
    CARRIED: Road("mask carried from elsewhere"),
}
"""By name, in the order of tables and marks."""
