"""The transfer of a study: its part of the results page, and its picture."""

from collections.abc import Iterable, Sequence

from experiments.findings import Finding
from experiments.pages.layout import difference, percents, table, with_ends
from experiments.study import ZERO_SHOT, Study
from jaxticket.report.transfer import Matrix, transfer_figure

KINDS = {
    ZERO_SHOT: "as it is (zero_shot)",
    "ticket": "its mask, trained there (ticket)",
    "random_global": "random mask (random_global)",
    "random_layers": "random mask (random_layers)",
    "shuffle": "shuffled mask (shuffle)",
    "reinit": "its mask, new weights (reinit)",
}
"""What the panels are called; `native`, found and trained on the target, is the diagonal."""
FILE = "transfer.png"


def transfer_text(findings: Sequence[Finding], picture: bool) -> Iterable[str]:
    """Return the lines of the results page, below its heading.

    Args:
        findings: of the study.
        picture: whether there is one.
    """
    yield (
        "What was found on the source, on the test pictures of the target. `zero_shot`: the "
        "trained network as it is (at 0% the dense one), nothing trained on the target and the "
        "threshold left; `ticket`: its mask, trained from the source's beginning on the target; "
        "beside it controls of the same size, and `native`, the target's own ticket. AUC minus "
        "dense: minus the dense network trained on the target; minus moved dense: minus the "
        "source's dense network moved as it is."
    )
    yield ""
    moved = [one for one in findings if one.source != one.target]
    if not moved:
        yield "Nothing was transferred in this study."
        return
    if picture:
        yield from [f"![AUC of every source on every target]({FILE})", ""]
    natives = {
        (one.model, one.target, one.method, one.sparsity): one
        for one in findings
        if one.kind == "ticket" and one.source == one.target
    }
    keys = dict.fromkeys((one.model, one.target, one.method, one.sparsity) for one in moved)
    rows = [_row(one, one.kind) for one in moved]
    rows += [_row(natives[key], "native") for key in keys if key in natives]
    heads = ["model", "source", "target", "sparsity", "mask", "n", "accuracy", "AUC",
             "AUC minus dense", "AUC minus moved dense"]  # fmt: skip
    yield from table(heads, rows)


def draw_transfer(study: Study, findings: Sequence[Finding], note: str) -> bool:
    """Draw transfer.png; return whether there is anything to draw."""
    matrices = matrices_of(study, findings)
    if matrices:
        transfer_figure(matrices, study.datasets, note, study.out / FILE)
    return bool(matrices)


def matrices_of(study: Study, findings: Sequence[Finding]) -> list[Matrix]:
    """Return a matrix for every model, sparsity and kind of transfer that is there.

    On the diagonal stands what was found, trained and tested on the one set: the ticket of the
    kinds that move it, else the control.
    """
    found = []
    sparsities = (0.0, *study.control_sparsities)
    for model, sparsity in ((m, s) for m in study.models for s in sparsities):
        at = [
            one
            for one in findings
            if (one.model, one.sparsity) == (model, sparsity)
            and one.method in ("dense", study.methods[0])
        ]
        for kind in study.transfer:
            moved = {(o.source, o.target): o for o in at if o.source != o.target and o.kind == kind}
            own = "ticket" if kind == ZERO_SHOT else kind
            diagonal = {(o.source, o.target): o for o in at if o.source == o.target
                        and o.kind == own}  # fmt: skip
            if moved:
                cells = {place: o.metrics["auc"] for place, o in {**diagonal, **moved}.items()}
                name = f"{model}, {percents(sparsity)}" if sparsity else f"{model}, dense"
                found.append(Matrix(name, KINDS[kind], cells))
    return found


def over_dense(one: Finding) -> str:
    """Return the paired difference of AUC, with its own number of seeds where it is smaller."""
    if "auc" not in one.over_dense:
        return "-"
    found = one.over_dense["auc"]
    fewer = f" (n = {found.seeds})" if found.seeds < len(one.seeds) else ""
    return difference(found) + fewer


def _row(one: Finding, kind: str) -> Sequence[str]:
    return (
        one.model, one.source, one.target, percents(one.sparsity), kind, str(len(one.seeds)),
        with_ends(one.metrics["accuracy"]), with_ends(one.metrics["auc"]), over_dense(one),
        difference(one.over_moved_dense),
    )  # fmt: skip
