"""The methods of a tree: which there are, which are wanted, and their order."""

from __future__ import annotations

from collections.abc import Sequence

from data_prep.checks.complete import PreparationError
from data_prep.schema import REAL_METHOD
from data_prep.source.layout import text_of

# The order in which the official release lists them.
OFFICIAL_METHODS = (
    "Deepfakes",
    "Face2Face",
    "FaceSwap",
    "NeuralTextures",
    "FaceShifter",
    "DeepFakeDetection",
)


def choose_methods(present: Sequence[str], wanted: Sequence[str] | None) -> list[str]:
    """Return the methods to prepare in one order, whatever the request's: official ones first.

    Args:
        present: the folders of methods.
        wanted: some of them; None for all.

    Raises:
        PreparationError: a wanted one is not present, none is wanted, or one is called `real`.
    """
    official = [method for method in OFFICIAL_METHODS if method in present]
    ordered = official + sorted(set(present).difference(official))
    if wanted is not None:
        unknown = [method for method in wanted if method not in present]
        if unknown or not wanted:
            raise PreparationError(
                f"the methods {list(wanted)} cannot be chosen; those in the source are: "
                f"{', '.join(map(text_of, ordered)) or 'none'}"
            )
        ordered = [method for method in ordered if method in wanted]
    if REAL_METHOD in ordered:
        raise PreparationError(
            f"a folder of manipulated_sequences is called {REAL_METHOD}, which stands for the "
            "originals: rename it"
        )
    return ordered
