"""Transfer between data sets: its part of the results page, and its picture."""

from collections.abc import Iterable, Sequence

from experiments.options.study import Study
from experiments.study.findings import Finding
from experiments.study.pages.markdown import difference, paired, percents, verdict_text, with_ends
from experiments.study.plan import set_names
from jaxticket.report.transfer import transfer_figure, transfer_matrices
from jaxticket.text import markdown_table
from jaxticket.verdicts.wording import NOT_YET

FILE = "transfer.png"


def transfer_text(findings: Sequence[Finding], picture: bool) -> Iterable[str]:
    """Return the lines of the results page, below its heading.

    Args:
        findings: of the study.
        picture: whether there is one.
    """
    yield (
        "Tickets of the source on the test pictures of the target. `zero_shot`: the trained "
        "network as it is (at 0% the dense one), with nothing trained on the target and the same "
        "threshold; `ticket`: its mask, trained on the target from the source's initial weights; "
        "then controls of the same size, and `native`, the target's own ticket. AUC minus dense: "
        "minus the dense network trained on the target; minus moved dense: minus the source's "
        "dense network moved as it is; ticket minus this: of the AUC, on the target, the words "
        f"corrected by Holm's method over levels and controls (`{NOT_YET}`: not all are done)."
    )
    yield ""
    moved = [row for row in findings if row.source != row.target]
    if not moved:
        yield "Nothing was transferred in this study."
        return
    if picture:
        yield from [f"![AUC of every source on every target]({FILE})", ""]
    natives = {
        (row.model, row.target, row.method, row.sparsity): row
        for row in findings
        if row.kind == "ticket" and row.source == row.target
    }
    keys = dict.fromkeys((row.model, row.target, row.method, row.sparsity) for row in moved)
    rows = [_row(row, row.kind) for row in moved]
    rows += [_row(natives[key], "native") for key in keys if key in natives]
    heads = ["model", "source", "target", "sparsity", "mask", "n", "accuracy", "AUC",
             "AUC minus dense", "AUC minus moved dense", "ticket minus this"]  # fmt: skip
    yield from markdown_table(heads, rows)


def draw_transfer(study: Study, findings: Sequence[Finding], note: str) -> bool:
    """Draw transfer.png; return whether there is anything to draw."""
    matrices = transfer_matrices([row.plain() for row in findings])
    if matrices:
        transfer_figure(matrices, list(set_names(study).values()), note, study.out / FILE)
    return bool(matrices)


def ticket_minus(rival: Finding | None, metric: str, seeds: int) -> str:
    """Return by how much the ticket is better than a control or another method, and the verdict.

    Args:
        rival: what it is compared with; None where that is not there.
        metric: `auc` or `accuracy`.
        seeds: of the row.
    """
    if rival is None or metric not in rival.ticket_over:
        return "-"
    verdict = rival.ticket_better.get(metric)
    words = verdict_text(verdict) if verdict else NOT_YET
    return f"{paired(rival.ticket_over[metric], seeds)}: {words}"


def _row(row: Finding, kind: str) -> Sequence[str]:
    return (
        row.model, row.source, row.target, percents(row.sparsity), kind, str(len(row.seeds)),
        with_ends(row.metrics["accuracy"]), with_ends(row.metrics["auc"]),
        paired(row.over_dense.get("auc"), len(row.seeds)),
        difference(row.over_moved_dense),
        ticket_minus(row, "auc", len(row.seeds)) if row.source != row.target else "-",
    )  # fmt: skip
