"""The figures of attention: means over pictures and seeds with intervals over groups and seeds.

    by, name     all; the fakes of one method; a face region
    against      nothing; dense: minus the same seed's dense network; centre prior: minus the centre
                 prior; random order, another picture's map: minus the same network when places go
                 in that order; of tickets, the word for a control: minus that control of the
                 level, or for another seed's dense network or a random map: minus its agreement
    p_above      of differences: the one-sided p value against "at most 0"; p_below: "at least 0"
Differences are paired by picture and seed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jaxticket.attention.maps import AGREEMENT
from jaxticket.attention.measure import CENTRE, DENSE, FLAT, RANDOM
from jaxticket.attention.table import Measured, Name
from jaxticket.attention.values import LOCALISATION, REGION
from jaxticket.statistics import value_interval

SHARES = ("top_k_overlap", "empty", *LOCALISATION)
LIMITS = {
    "rank_correlation": (-1.0, 1.0), "jensen_shannon": (0.0, 1.0), "distance": (0.0, np.inf),
    "distance_of_unit_mass": (0.0, 2**0.5), "centre_shift": (0.0, 2**0.5),
    **dict.fromkeys((*SHARES, "deletion", "insertion"), (0.0, 1.0)),
}  # fmt: skip
FAITHFULNESS = ("deletion", "insertion")
LEFT_OUT = (
    "logit",
    *(f"{curve}_{other}" for curve in FAITHFULNESS for other in ("random", "other")),
)
"""In the table of pictures, but no figures by themselves."""

OTHER_PICTURE = "another picture's map"

Row = dict[str, Any]


def figures(runs: Sequence[Measured], *, synthetic: bool) -> list[Row]:
    """Return the figures, a row each.

    Args:
        runs: one a seed, of the same pictures in the same order.
        synthetic: whether the pictures are.

    Raises:
        ValueError: the runs are of different pictures.
    """
    first = runs[0]
    if any(run.keys.tolist() != first.keys.tolist() for run in runs):
        raise ValueError("the runs' maps are of different pictures")
    names = dict.fromkeys(name for run in runs for name in run.values)
    return [
        {**row, "synthetic": synthetic} for name in names for row in _OfNetwork(runs, name).rows()
    ]


@dataclass(frozen=True)
class _OfNetwork:
    runs: Sequence[Measured]
    name: Name

    def rows(self) -> Iterator[Row]:
        having = [run for run in self.runs if self.name in run.values]
        first = having[0]
        another_seed = self.name.level == DENSE.level and self.name.kind != DENSE.kind
        for quantity in dict.fromkeys(
            quantity for run in having for quantity in run.values[self.name]
        ):
            if quantity in LEFT_OUT or (quantity == "empty" and self.name.level is None):
                continue
            if another_seed and quantity not in AGREEMENT:
                continue  # the dense networks' own figures, seeds in another order
            values = self._table(having, self.name, quantity)
            if another_seed and len(having) == 2:
                values = values[:1]  # each is the other's other: one pair
            if quantity.startswith(REGION):
                yield from self._row(
                    "over_area", values, by="region", name=quantity.removeprefix(REGION)
                )
                continue
            yield from self._row(quantity, values)
            for method in np.unique(first.methods[first.labels > 0]):
                some = np.where(first.methods == method, values, np.nan)
                yield from self._row(quantity, some, by="method", name=str(method))
            yield from self._differences(having, quantity, values)

    def _differences(
        self, having: Sequence[Measured], quantity: str, values: np.ndarray
    ) -> Iterator[Row]:
        others = []
        a_network = self.name.level is not None
        if self.name.kind == DENSE.kind and self.name != DENSE and quantity != "empty":
            others += [(name.kind, name, quantity) for name in self._controls(quantity)]
            if quantity in AGREEMENT and quantity != "distance":  # noise has no scale
                others.append((RANDOM, Name(RANDOM, None, 0.0), quantity))
        if a_network and self.name != DENSE and quantity in (*LOCALISATION, *FAITHFULNESS):
            others.append(("dense", DENSE, quantity))
        if a_network and quantity in LOCALISATION:
            others.append((CENTRE, Name(CENTRE, None, 0.0), quantity))
        if quantity in FAITHFULNESS:
            others.append(("random order", self.name, f"{quantity}_random"))
            others.append((OTHER_PICTURE, self.name, f"{quantity}_other"))
        for against, name, other in others:
            difference = values - self._table(having, name, other)
            yield from self._row(quantity, difference, against=against)

    def _controls(self, quantity: str) -> list[Name]:
        """Return a level's controls and, for agreement, another seed's dense network."""
        names = dict.fromkeys(name for run in self.runs for name in run.values)
        levels = {self.name.level, DENSE.level if quantity in AGREEMENT else None} - {None}
        return [name for name in names if name.kind != DENSE.kind and name.level in levels]

    def _table(self, having: Sequence[Measured], name: Name, quantity: str) -> np.ndarray:
        nothing = np.full(len(having[0].keys), np.nan)
        return np.stack([run.values.get(name, {}).get(quantity, nothing) for run in having])

    def _row(
        self,
        quantity: str,
        values: np.ndarray,
        *,
        by: str = "all",
        name: str = "",
        against: str = "",
    ) -> Iterator[Row]:
        values = values[np.isfinite(values).any(axis=1)]
        if not len(values):
            return
        share = quantity in SHARES and not against
        least, most = LIMITS.get(quantity, (0.0, np.inf))
        limits = (least - most, most - least) if against else (least, most)
        estimate = value_interval(values, self.runs[0].groups, share=share, limits=limits)
        low, high = estimate.low, estimate.high
        if self.name.kind == FLAT and quantity == "pixel_auc":
            low = high = estimate.value  # so by definition
        yield {
            "level": self.name.level, "sparsity": self.name.sparsity, "quantity": quantity,
            "of": self.name.kind, "by": by, "name": name, "against": against,
            "value": estimate.value, "low": low, "high": high,
            "n": int(np.isfinite(values).any(axis=0).sum()), "seeds": estimate.seeds,
            "groups": estimate.groups,
            "p_above": estimate.p_above(0) if against else None,
            "p_below": estimate.p_below(0) if against else None,
        }  # fmt: skip
