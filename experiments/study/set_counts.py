"""What the prepared sets of a study say beyond the predictions: training counts, compressions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from data_prep.prepared.card import CARD_FILE, DataCard, read_card
from experiments.one_run.dataset_option import default_data_dir
from experiments.options.study import Study
from experiments.study.plan import dense_recipe
from jaxticket.data.prepared import open_prepared, records

_DEPTHS = ("", "*/", "*/*/", "*/*/*/")


@dataclass(frozen=True)
class Facts:
    """Of one data set.

    Attributes:
        trained: forgery method -> pictures in training, real ones apart.
        compressions: key -> compression of the test pictures; empty unless there are several.
        levels: the compressions of the test pictures, without those that are not known.
    """

    trained: Mapping[str, int]
    compressions: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[str, ...] = ()


def set_facts(study: Study) -> dict[str, Facts]:
    """Return the facts of every data set whose prepared set is at hand; nothing is prepared.

    The set is known by the fingerprint in a finished run. Several sets taken as one, and sets
    without a count of methods on their card, are left out.
    """
    found = {}
    for dataset in study.datasets:
        recipe = dense_recipe(study, study.models, [dataset])
        if recipe is None:
            continue
        fingerprint = recipe.data_fingerprint
        roots = (Path(dataset).expanduser(), study.data_dir or default_data_dir())
        if (facts := facts_at(roots, fingerprint)) is not None:
            found[dataset] = facts
    return found


def facts_at(roots: Iterable[Path], fingerprint: str) -> Facts | None:
    """Return the facts of the prepared set of a fingerprint; None where it is not at hand.

    Args:
        roots: folders at most three above the set, in the order in which they are searched.
        fingerprint: of its content, in full.
    """
    for root in roots:
        if (place := _prepared(root, fingerprint)) is not None:
            return _facts(*place)
    return None


def _prepared(root: Path, fingerprint: str) -> tuple[Path, DataCard] | None:
    """The prepared set of a fingerprint at most three folders below the root."""
    for depth in _DEPTHS if root.is_dir() else ():
        for path in sorted(root.glob(depth + CARD_FILE)):
            card = read_card(path.parent)
            if card.fingerprint == fingerprint and card.by_method:
                return path.parent, card
    return None


def _facts(place: Path, card: DataCard) -> Facts:
    trained = {
        method: sum(counts.values())
        for method, counts in card.by_method["train"].items()
        if method != card.methods[0]
    }
    levels = {level for counts in card.by_method["test"].values() for level in counts}
    known = tuple(sorted(levels - {""}))
    if len(levels) < 2:
        return Facts(trained, levels=known)
    rows = records(open_prepared(place), "test")
    return Facts(
        trained,
        {row["key"].decode("utf-8"): row["compression"].decode("utf-8") for row in rows},
        known,
    )
