"""The tables and the figure of a study, beside the figures of the paper."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from experiments.agreement import trained_with
from experiments.findings import Finding
from experiments.pages.by_method import write_by_method
from experiments.pages.by_video import write_by_video
from experiments.pages.layout import SYNTHETIC, percent, percents, with_ends
from experiments.pages.rare import write_rare
from experiments.pages.robustness import write_robustness
from experiments.pages.transfer import draw_transfer, over_dense, transfer_text
from experiments.set_facts import set_facts
from experiments.study import Study
from jaxticket.report.study import Panel, study_figure
from jaxticket.runs.files import write_csv, write_json, write_text
from jaxticket.statistics import Estimate

# Accuracy in percent, one run each, on their data: OpenForensics' Kaggle derivative, and tickets
# from it on the Kaggle 1000-videos split of FaceForensics++ (at 60% / 80%). 2507.15636, Table I.
THEIR_NAME = {"meso4": "MesoNet", "cnn5": "CNN-5", "resnet18": "ResNet-18", "xception": "Xception"}
THEIR_DENSE = {"meso4": (62.6, 56.2), "cnn5": (91.41, 90.88), "resnet18": (94.3, 94.29),
               "xception": (96.20, 96.11)}  # fmt: skip
THEIR_TRANSFER = {
    "meso4": ("59.9", "61.2/59.3", "59.8/55.9"),
    "cnn5": ("76.2", "76.1/74.5", "75.5/73.3"),
    "resnet18": ("85.3", "85.6/83.7", "84.9/83.3"),
}
COLUMNS = ("model", "source", "target", "method", "kind", "sparsity", "weights_left", "seeds",
           "groups", "accuracy", "accuracy_low", "accuracy_high", "auc", "auc_low", "auc_high",
           "auc_over_dense", "auc_over_dense_low", "auc_over_dense_high", "dead_layers",
           "synthetic", "videos", "video_accuracy", "video_accuracy_low", "video_accuracy_high",
           "video_auc", "video_auc_low", "video_auc_high", "auc_over_moved_dense",
           "auc_over_moved_dense_low", "auc_over_moved_dense_high")  # fmt: skip


def write_tables(
    study: Study, findings: Sequence[Finding], done: int, cells: int, failed: Mapping[str, str]
) -> Path:
    """Write results.md, .csv, .json, the pages beside it and the figures; return the first.

    The pages are verdicts, by_video, by_method, rare and robustness; the figures accuracy.png and,
    where anything was transferred, transfer.png.

    Args:
        study: names the folder.
        findings: at least one.
        done: how many cells are done.
        cells: of how many.
        failed: name -> why.
    """
    write_json(study.out / "results.json", [one.plain() for one in findings])
    write_csv(study.out / "results.csv", map(_row, findings), COLUMNS)
    figure = study.out / "accuracy.png"
    study_figure(
        _panels(findings), "test accuracy", _note(findings, "bars") + "; grey: dense", figure
    )
    write_text(study.out / "verdicts.md", "\n".join(_reasons(findings)) + "\n")
    facts = set_facts(study)
    write_by_video(study, findings)
    write_by_method(study, facts)
    write_rare(study, facts)
    write_robustness(study)
    picture = draw_transfer(study, findings, _note(findings, "brackets"))
    path, trained = study.out / "results.md", trained_with(study)
    write_text(path, "\n".join(_text(findings, done, cells, failed, picture, trained)) + "\n")
    return path


def _note(findings: Sequence[Finding], ends: str) -> str:
    seeds = [len(one.seeds) for one in findings]
    span = " to ".join(map(str, sorted({min(seeds), max(seeds)})))
    synthetic = "synthetic data; " if any(one.synthetic for one in findings) else ""
    return f"{synthetic}seeds: {span}; {ends}: 95% over seeds and test groups"


def _text(
    findings: Sequence[Finding],
    done: int,
    cells: int,
    failed: Mapping[str, str],
    picture: bool,
    trained: str,
) -> Iterable[str]:
    yield "# Results of the study"
    yield ""
    if any(one.synthetic for one in findings):
        yield from [SYNTHETIC, ""]
    yield (
        f"{done} of {cells} cells are done. In brackets: 95% intervals over seeds and test groups "
        "(docs/statistics.md); n is the number of seeds. Fake is the positive class; the test "
        "split was read once a network and chose nothing."
    )
    yield from ["", trained, ""]
    yield (
        "More: [by video](by_video.md), [by forgery method and compression](by_method.md), "
        "[rare features](rare.md), [corrupted pictures](robustness.md), [verdicts](verdicts.md)."
    )
    yield from ["", "![Accuracy against sparsity](accuracy.png)", ""]
    for name, why in failed.items():
        yield f"- failed: {name}: {why}"
    own = [one for one in findings if one.source == one.target]
    for model, dataset in dict.fromkeys((one.model, one.target) for one in own):
        yield from ["", f"## {model} on {dataset}", ""]
        of = [one for one in own if (one.model, one.target) == (model, dataset)]
        yield from _levels(of)
        yield ""
        yield (
            "Verdicts (docs/statistics.md says what each rule means; the numbers of each are in "
            "[verdicts](verdicts.md)). The first three are about the means of these trainings only."
        )
        yield from ["", *_verdicts(of)]
    yield from ["", *_paper(findings), "", "## Transfer", "", _their_transfer(), ""]
    yield from transfer_text(findings, picture)


def _levels(findings: Sequence[Finding]) -> Iterable[str]:
    yield (
        "| method | network | sparsity | weights left | n | accuracy | AUC | AUC minus dense | "
        "retained above chance |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for one in findings:
        low, high = one.weights_left
        cells = (
            one.method,
            one.kind + (f", {one.dead_layers} layers dead" if one.dead_layers else ""),
            percents(one.sparsity),
            f"{low:,}" if low == high else f"{low:,} to {high:,}",
            str(len(one.seeds)),
            with_ends(one.metrics["accuracy"]),
            with_ends(one.metrics["auc"]),
            over_dense(one),
            with_ends(one.retention) if one.retention else "-",
        )
        yield f"| {' | '.join(cells)} |"


def _verdicts(findings: Sequence[Finding]) -> Iterable[str]:
    """A row a level and metric, a column a rule."""
    rules = list(dict.fromkeys(
        rule for one in findings for of in one.verdicts.values() for rule in of
    ))  # fmt: skip
    if not rules:
        return
    yield f"| method | sparsity | metric | {' | '.join(rules)} |"
    yield "|---|---|---|" + "---|" * len(rules)
    for one in findings:
        for metric, of in one.verdicts.items():
            words = " | ".join(of[rule].words if rule in of else "-" for rule in rules)
            yield f"| {one.method} | {percents(one.sparsity)} | {metric} | {words} |"


def _reasons(findings: Sequence[Finding]) -> Iterable[str]:
    """Every verdict as a sentence with its numbers."""
    yield from ["# Verdicts of the study, each with its numbers", ""]
    for one in findings:
        for metric, rules in one.verdicts.items():
            for rule, verdict in rules.items():
                yield (
                    f"- {one.model} on {one.target}, {one.method} {percents(one.sparsity)}, "
                    f"{metric}, {rule}: **{verdict.words}**: {verdict.reason}"
                )


def _paper(findings: Sequence[Finding]) -> Iterable[str]:
    """The paper's own table: accuracy at 0, 60 and 80%, theirs on theirs and ours on ours."""
    yield "## Beside the paper"
    yield ""
    yield (
        "Theirs: one run each, no intervals, on their data (2507.15636). Ours: on the data named. "
        "The two stand beside each other, not against each other."
    )
    yield ""
    yield "| whose | model | data | dense | IMP at 60% | IMP at 80% | one-shot at 80% |"
    yield "|---|---|---|---|---|---|---|"
    for model, (dense, deep) in THEIR_DENSE.items():
        yield (
            f"| theirs | {THEIR_NAME[model]} | OpenForensics (theirs) | {dense} | - | {deep} | - |"
        )
    own = {
        (one.model, one.target, one.method, one.sparsity): one
        for one in findings
        if one.kind == "ticket" and one.source == one.target
    }

    def cell(model: str, target: str, method: str, sparsity: float) -> str:
        one = own.get((model, target, method, sparsity))
        return percent(one.metrics["accuracy"]) if one else "-"

    for model, target in dict.fromkeys((model, target) for model, target, _, _ in own):
        synthetic = own[model, target, "dense", 0.0].synthetic
        data = f"{target}{' (synthetic)' if synthetic else ''}"
        at = [("dense", 0.0), ("global", 0.6), ("global", 0.8), ("one_shot", 0.8)]
        cells = " | ".join(cell(model, target, *place) for place in at)
        yield f"| ours | {model} | {data} | {cells} |"


def _their_transfer() -> str:
    theirs = "; ".join(f"{THEIR_NAME[m]} {', '.join(v)}" for m, v in THEIR_TRANSFER.items())
    return (
        "Theirs, accuracy of dense, IMP and one-shot at 60/80%, OpenForensics to FaceForensics++, "
        f"one run each: {theirs}."
    )


def _panels(findings: Sequence[Finding]) -> list[Panel]:
    own = [one for one in findings if one.source == one.target]
    panels = []
    for model, dataset in dict.fromkeys((one.model, one.target) for one in own):
        of = [one for one in own if (one.model, one.target) == (model, dataset)]
        curves: dict[str, dict[float, Estimate]] = {}
        controls: dict[str, dict[float, Estimate]] = {}
        for one in of:
            if one.method == "dense":
                continue
            of_kind = curves.setdefault(one.method, {}) if one.kind == "ticket" else (
                controls.setdefault(one.kind, {})
            )  # fmt: skip
            of_kind[one.sparsity] = one.metrics["accuracy"]
        panels.append(Panel(f"{model} on {dataset}", of[0].metrics["accuracy"], curves, controls))
    return panels


def _row(one: Finding) -> dict[str, object]:
    row: dict[str, object] = {
        name: getattr(one, name)
        for name in ("model", "source", "target", "method", "kind", "sparsity", "dead_layers",
                     "synthetic", "videos")
    }  # fmt: skip
    row |= {"weights_left": one.weights_left[0], "seeds": len(one.seeds)}
    row["groups"] = one.metrics["auc"].groups
    parts = {"accuracy": one.metrics["accuracy"], "auc": one.metrics["auc"]}
    parts |= {f"{name}_over_dense": e for name, e in one.over_dense.items() if name == "auc"}
    parts |= {f"video_{name}": e for name, e in one.by_video.items()}
    if one.over_moved_dense:
        parts["auc_over_moved_dense"] = one.over_moved_dense
    names = ("accuracy", "auc", "auc_over_dense", "video_accuracy", "video_auc")
    for name in (*names, "auc_over_moved_dense"):
        found = parts.get(name)
        row[name] = found.value if found else None
        row[f"{name}_low"], row[f"{name}_high"] = (found.low, found.high) if found else (None, None)
    return row
