"""How curves look in every plot, on pages and in PNGs: a network has one name and mark everywhere.

Marks differ in shape, dashes or filling, not in colour alone. Tickets are lines with filled
markers, controls hollow markers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from jaxticket.runs.controls import WORDS

LIGHT = ("#0072b2", "#d55e00", "#008a64", "#b5578f", "#a87200", "#3a86bb", "#444444", "#7d7100")
"""Okabe and Ito's colours, told apart by the colour-blind, darkened to a contrast of 3 on white."""
DARK = ("#56b4e9", "#ee7b30", "#1fbf92", "#d892bb", "#e69f00", "#4c8fd6", "#d0d0d0", "#f0e442")
"""The same for dark paper."""
DASHES = ("none", "6 3", "2 3", "8 3 2 3")
"""Of a line, as SVG has them."""
SHAPES = (
    ("o", "M{0} {1}m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"),
    ("s", "M{0} {1}m-3.5 -3.5h7v7h-7z"),
    ("^", "M{0} {1}m0 -4.6l4.4 7.8h-8.8z"),
    ("D", "M{0} {1}m0 -4.8l4.4 4.8l-4.4 4.8l-4.4 -4.8z"),
    ("v", "M{0} {1}m0 4.6l4.4 -7.8h-8.8z"),
    ("P", "M{0} {1}m-1.5 -4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z"),
    ("<", "M{0} {1}m-4.6 0l7.8 4.4v-8.8z"),
    (">", "M{0} {1}m4.6 0l-7.8 4.4v-8.8z"),
    ("X", "M{0} {1}m0 -2.1l2.6 -2.6l2.1 2.1l-2.6 2.6l2.6 2.6l-2.1 2.1l-2.6 -2.6l-2.6 2.6"
          "l-2.1 -2.1l2.6 -2.6l-2.6 -2.6l2.1 -2.1z"),
    ("*", "M{0} {1}m0 -5.6l1.4 3.7l3.9 0.2l-3 2.4l1 3.8l-3.3 -2.1l-3.3 2.1l1 -3.8l-3 -2.4l3.9 "
          "-0.2z"),
    ("p", "M{0} {1}m0 -4.8l4.6 3.3l-1.8 5.4h-5.6l-1.8 -5.4z"),
)  # fmt: skip
"""Of a marker: Matplotlib's letter, and the SVG path around a place."""


@dataclass(frozen=True)
class Mark:
    """How a curve looks.

    Attributes:
        colour: number of one of `LIGHT` and `DARK`.
        shape: number of one of `SHAPES`.
        dash: number of one of `DASHES`.
        hollow: whether its markers are.
    """

    colour: int
    shape: int
    dash: int = 0
    hollow: bool = False


NAMES = WORDS | {
    "global": "ticket (global)",
    "local": "ticket (local)",
    "one_shot": "ticket (one-shot)",
    "random": "pruned by chance",
    "snip": "SNIP",
    "snip_one_shot": "SNIP (one-shot)",
    "synflow": "SynFlow",
    "synflow_one_shot": "SynFlow (one-shot)",
    "lr": "learning rate rewound",
    "fine_tuning": "fine-tuned",
}
"""What kinds of control and methods of experiments.paper are called in plots and tables."""

MARKS = {
    "ticket": Mark(0, 0),
    "validation": Mark(5, 10, dash=1),
    "dense": Mark(6, 10),
    "ticket (global)": Mark(0, 0),
    "ticket (local)": Mark(2, 1),
    "ticket (one-shot)": Mark(5, 2, dash=1),
    "pruned by chance": Mark(7, 3),
    "SNIP": Mark(3, 4),
    "SNIP (one-shot)": Mark(3, 4, dash=2),
    "SynFlow": Mark(4, 5),
    "SynFlow (one-shot)": Mark(4, 5, dash=2),
    "learning rate rewound": Mark(2, 6, dash=3),
    "fine-tuned": Mark(7, 7, dash=3),
    "random mask": Mark(1, 1, hollow=True),
    "random mask in layers": Mark(4, 3, hollow=True),
    "shuffled": Mark(7, 4, hollow=True),
    "re-initialised": Mark(3, 2, hollow=True),
    "small dense": Mark(6, 6, hollow=True),
    "long dense": Mark(6, 7, hollow=True),
    "ticket again": Mark(0, 0, hollow=True),
}
OWN = (Mark(2, 5, hollow=True), Mark(5, 8, hollow=True), Mark(1, 9, hollow=True),
       Mark(2, 10, hollow=True))  # fmt: skip
"""Of controls that users wrote, by their names in order."""


def network_name(kind: str) -> str:
    """Return what a method or a kind of control is called; what is not listed, as it is."""
    return NAMES.get(kind, kind)


def kind_name(kind: str) -> str:
    """Return what a kind of network is called beside its method: a ticket or a control."""
    return kind if kind == "ticket" else network_name(kind)


def marks_of(names: Iterable[str]) -> dict[str, Mark]:
    """Return the mark of each network of a plot, by the names of `network_name`."""
    own = sorted(set(names := list(names)) - MARKS.keys())
    return {name: MARKS.get(name) or OWN[own.index(name) % len(OWN)] for name in names}


def by_place(number: int, *, marked: bool = True, line: bool = True) -> Mark:
    """Return the mark of the curve at a place among others of one sort, such as levels or runs.

    Args:
        number: the place, from 0.
        marked: whether the curve has markers; where none tells curves apart, dashes do.
        line: whether its points are joined.
    """
    colours = len(LIGHT)
    dash = number // colours if marked else number + number // colours
    return Mark(number % colours, number % colours, dash % len(DASHES), not line)


def style() -> str:
    """Return the colours as CSS variables --c0, --c1, ...: light, dark, and light on paper."""

    def root(colours: Iterable[str]) -> str:
        return f":root {{ {' '.join(f'--c{n}: {c};' for n, c in enumerate(colours))} }}\n"

    dark = f"@media (prefers-color-scheme: dark) {{ {root(DARK)} }}\n"
    return f"{root(LIGHT)}{dark}@media print {{ {root(LIGHT)} }}\n"
