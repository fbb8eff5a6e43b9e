"""Which road is the cheapest of those as good as full IMP, and of those not shown to be worse."""

from collections.abc import Sequence

from experiments.costing.findings import MARGIN, NOT_INFERIOR, OPEN, Row
from experiments.costing.roads import ROADS
from jaxticket.text import interval_text

FIFTH = 0.2


def sentence(rows: Sequence[Row]) -> str:
    """Return what the roads to one sparsity come to, of one model and data set.

    Args:
        rows: of that sparsity, full IMP's among them.
    """
    first = rows[0]
    synthetic = ", synthetic" if first.synthetic else ""
    one = ", one seed" if all(len(row.seeds) == 1 for row in rows) else ""
    where = f"{first.model} on {first.dataset}{synthetic}, {100 * first.sparsity:g}%{one}"
    tickets = [row for row in rows if row.is_ticket and row.verdict]
    shown = _cheapest([row for row in tickets if row.verdict == NOT_INFERIOR])
    possible = _cheapest([row for row in tickets if row.verdict in (NOT_INFERIOR, OPEN)])
    if not tickets:
        return f"{where}: no other road is done."
    if possible is None:
        return f"{where}: every other road is worse than full IMP, or cannot be judged."
    if shown is None:
        return (
            f"{where}: no other road is shown to be not inferior by {MARGIN:g} of AUC; the "
            f"cheapest not shown to be worse is {_said(possible)}, which leaves both open."
        )
    text = f"{where}: the cheapest road shown to be not inferior is {_said(shown)}"
    if shown is possible:
        return f"{text}, and none that is cheaper is left open."
    return f"{text}; cheaper and not shown to be worse, which leaves both open: {_said(possible)}."


def aim(rows: Sequence[Row]) -> str:
    """Return whether a ticket not inferior to full IMP's was found for a fifth of its steps."""
    tickets = [row for row in rows if row.is_ticket and row.verdict]
    cheap = [row for row in tickets if row.share <= FIFTH]
    met = [row for row in cheap if row.verdict == NOT_INFERIOR]
    open_ = [row for row in cheap if row.verdict == OPEN]
    return (
        f"Of {len(cheap)} comparisons of tickets that took a fifth of full IMP's steps or less, "
        f"{len(met)} are shown to be not inferior, {len(open_)} are left open, and "
        f"{len(cheap) - len(met) - len(open_)} are worse or cannot be judged."
    )


def _cheapest(rows: Sequence[Row]) -> Row | None:
    return min(rows, key=lambda row: row.steps, default=None)


def _said(row: Row) -> str:
    gain = interval_text(*row.over_full["auc"].ends, sign=True)
    return f"{ROADS[row.road].called} ({100 * row.share:.0f}% of the steps, AUC {gain})"
