"""The paper's tables with our figures: accuracy at 0, 60 and 80% sparsity, and after transfer."""

from collections.abc import Iterable, Sequence

from experiments.options.study import ZERO_SHOT
from experiments.study.findings import Finding
from experiments.study.pages.markdown import count_span, percent
from jaxticket.text import markdown_table

NAME = {"meso4": "MesoNet", "cnn5": "CNN-5", "resnet18": "ResNet-18", "xception": "Xception"}
DENSE = {"meso4": (62.6, 56.2), "cnn5": (91.41, 90.88), "resnet18": (94.3, 94.29),
         "xception": (96.20, 96.11)}  # fmt: skip
"""Accuracy in percent of the dense network and of IMP at 80%, one run each, on their data:
OpenForensics' Kaggle derivative (2507.15636)."""
PARAMETERS = {"meso4": ".015M, .006M, .003M", "cnn5": ".300M, .12M, .06M",
              "resnet18": "11.7M, 4.68M, 2.34M"}  # fmt: skip
"""Parameters left at 0, 60 and 80% (2507.15636, Table I)."""
TRANSFER = {
    "meso4": ("59.9", "61.2", "59.3", "59.8", "55.9"),
    "cnn5": ("76.2", "76.1", "74.5", "75.5", "73.3"),
    "resnet18": ("85.3", "85.6", "83.7", "84.9", "83.3"),
}
"""Dense, IMP at 60 and 80%, one-shot at 60 and 80%: accuracy in percent of tickets from there on
the Kaggle 1000-videos split of FaceForensics++ (2507.15636, Table I)."""
PLACES = (("dense", 0.0), ("global", 0.6), ("global", 0.8), ("one_shot", 0.6), ("one_shot", 0.8))
COLUMNS = ("parameters left at 0, 60, 80%", "dense", "IMP at 60%", "IMP at 80%",
           "one-shot at 60%", "one-shot at 80%")  # fmt: skip
MOVED = {
    ZERO_SHOT: "as it is (zero_shot)",
    "ticket": "mask trained there (ticket); dense: the target's own",
}


def beside_paper(findings: Sequence[Finding]) -> Iterable[str]:
    """Return the lines of both tables: tickets on their own data set, and tickets moved."""
    yield "## Beside the paper"
    yield ""
    yield (
        "Theirs: one run each, no intervals, on their data (2507.15636). Ours: on the data named. "
        "They are not to be compared: the data differ. Accuracy in percent; parameters "
        "are all, those that are never pruned too. `-`: not reported, or not in this study."
    )
    yield ""
    yield from markdown_table(["whose", "model", "data", *COLUMNS], _home(findings))
    yield (
        "Tickets found on a source and used on a target. Theirs does not say whether anything was "
        "trained on the target."
    )
    yield ""
    heads = ["whose", "model", "source", "target", "how", *COLUMNS]
    yield from markdown_table(heads, _moved(findings))


def _home(findings: Sequence[Finding]) -> Iterable[Sequence[str]]:
    for model, (dense, deep) in DENSE.items():
        yield ("theirs", NAME[model], "OpenForensics (theirs)", PARAMETERS.get(model, "-"),
               str(dense), "-", str(deep), "-", "-")  # fmt: skip
    own = [row for row in findings if row.source == row.target and row.kind == "ticket"]
    for model, target in dict.fromkeys((row.model, row.target) for row in own):
        subset = [row for row in own if (row.model, row.target) == (model, target)]
        data = f"{target}{' (synthetic)' if any(row.synthetic for row in subset) else ''}"
        yield "ours", model, data, parameters(subset), *_accuracies(subset)


def _moved(findings: Sequence[Finding]) -> Iterable[Sequence[str]]:
    for model, figures in TRANSFER.items():
        yield ("theirs", NAME[model], "OpenForensics (theirs)", "FaceForensics++ (theirs)",
               "not stated", PARAMETERS[model], *figures)  # fmt: skip
    moved = [row for row in findings if row.source != row.target and row.kind in MOVED]
    for model, source, target, kind in dict.fromkeys(
        (row.model, row.source, row.target, row.kind) for row in moved
    ):
        place = model, source, target, kind
        subset = [row for row in moved if (row.model, row.source, row.target, row.kind) == place]
        if kind == "ticket":
            subset += [row for row in findings if row.network == "dense"
                   and (row.model, row.target) == (model, target)]  # fmt: skip
        names = [
            f"{name}{' (synthetic)' if any(row.synthetic for row in subset) else ''}"
            for name in (source, target)
        ]
        yield "ours", model, *names, MOVED[kind], parameters(subset), *_accuracies(subset)


def parameters(findings: Sequence[Finding]) -> str:
    """Return the parameters left at 0, 60 and 80% with their share of all, `-` where unknown."""
    left = {row.sparsity: row.parameters_left for row in findings if row.method != "one_shot"}
    whole, shown = left.get(0.0), []
    for sparsity in (0.0, 0.6, 0.8):
        ends = left.get(sparsity)
        if ends is None:
            shown.append("-")
        else:
            share = f" ({100 * ends[0] / whole[0]:.1f}%)" if whole and sparsity else ""
            shown.append(count_span(ends) + share)
    return "; ".join(shown)


def _accuracies(findings: Sequence[Finding]) -> Iterable[str]:
    rows = {(row.method, row.sparsity): row for row in findings}
    for place in PLACES:
        yield percent(rows[place].metrics["accuracy"]) if place in rows else "-"
