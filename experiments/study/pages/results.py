"""The tables and the figure of a study, beside the figures of the paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from experiments.study.differences import JUDGED
from experiments.study.findings import Finding
from experiments.study.pages.beside_paper import beside_paper
from experiments.study.pages.by_method import write_by_method
from experiments.study.pages.by_video import write_by_video
from experiments.study.pages.markdown import (
    SYNTHETIC,
    count_span,
    paired,
    percents,
    verdict_text,
    with_ends,
)
from experiments.study.pages.rare import write_rare
from experiments.study.pages.robustness import write_robustness
from experiments.study.pages.transfer import draw_transfer, ticket_minus, transfer_text
from experiments.study.plan import Study
from experiments.study.same_options import trained_with
from experiments.study.set_counts import set_facts
from jaxticket.report.page.study import study_panels
from jaxticket.report.png import write_png
from jaxticket.runs.files import write_csv, write_json, write_text
from jaxticket.text import markdown_table
from jaxticket.verdicts.wording import NO_DIFFERENCE, NOT_YET

COLUMNS = ("model", "source", "target", "method", "kind", "sparsity", "weights_left", "seeds",
           "groups", "accuracy", "accuracy_low", "accuracy_high", "auc", "auc_low", "auc_high",
           "auc_over_dense", "auc_over_dense_low", "auc_over_dense_high", "dead_layers",
           "synthetic", "videos", "video_accuracy", "video_accuracy_low", "video_accuracy_high",
           "video_auc", "video_auc_low", "video_auc_high", "auc_over_moved_dense",
           "auc_over_moved_dense_low", "auc_over_moved_dense_high", "dead_seeds", "parameters_left",
           "auc_ticket_minus_this", "auc_ticket_minus_this_low", "auc_ticket_minus_this_high",
           "auc_ticket_better", "accuracy_ticket_minus_this", "accuracy_ticket_minus_this_low",
           "accuracy_ticket_minus_this_high", "accuracy_ticket_better")  # fmt: skip


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
    panels = study_panels([one.plain() for one in findings])
    plots = [replace(panel.plots[0], title=panel.title) for panel in panels]
    write_png(plots, _note(findings, "bars") + "; grey: dense", study.out / "accuracy.png")
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
        "split was read once for each network and was not used to choose anything."
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
        yield (
            "Verdicts (the rules: docs/statistics.md; the numbers: [verdicts](verdicts.md)). "
            "`paper`, `within_0.2` and `one_sd` are about the means of these trainings only. "
            "Intervals and `non_inferior` are uncorrected. `winning` (not inferior, and better "
            "than every control) is corrected by Holm's method over its levels, the words after "
            "`minus CONTROL` over levels and controls, those after `minus METHOD` over levels: so "
            f"an interval that excludes 0 may stand beside `{NO_DIFFERENCE}`. Differences are "
            f"paired by seed and picture. `{NOT_YET}`: some of what is corrected together is not "
            "done."
        )
        yield from ["", *_verdicts(of)]
    yield from [*beside_paper(findings), "## Transfer", ""]
    yield from transfer_text(findings, picture)


def _levels(findings: Sequence[Finding]) -> Iterable[str]:
    heads = ["method", "network", "sparsity", "weights left", "n", "accuracy", "AUC",
             "AUC minus dense", "retained above chance"]  # fmt: skip
    rows = [
        (
            one.method, one.network + _dead(one), percents(one.sparsity),
            count_span(one.weights_left), str(len(one.seeds)),
            with_ends(one.metrics["accuracy"]), with_ends(one.metrics["auc"]),
            paired(one.over_dense.get("auc"), len(one.seeds)), with_ends(one.retention),
        )
        for one in findings
    ]  # fmt: skip
    return markdown_table(heads, rows)


def _dead(one: Finding) -> str:
    if not one.dead_layers:
        return ""
    layers = "layer" if one.dead_layers == 1 else "layers"
    return f", up to {one.dead_layers} {layers} dead in {one.dead_seeds} of {len(one.seeds)} seeds"


def _verdicts(findings: Sequence[Finding]) -> Iterable[str]:
    """Yield a table: a row for each level and metric, a column for each rule and each rival."""
    rules = list(dict.fromkeys(
        rule for one in findings for of in one.verdicts.values() for rule in of
        if not rule.startswith("better than ")
    ))  # fmt: skip
    if not rules:
        return
    rivals = {(one.rival, one.sparsity): one for one in findings if one.ticket_over}
    first = next((one.method for one in findings if one.method != "dense"), "")
    names = list(dict.fromkeys(name for name, _ in rivals))
    rows = []
    for one in findings:
        for metric, of in one.verdicts.items():
            against = [
                rivals.get((name, one.sparsity)) if one.method == first else None for name in names
            ]
            rows.append((
                one.method, percents(one.sparsity), metric, str(len(one.seeds)),
                paired(one.over_dense.get(metric), len(one.seeds)),
                *(verdict_text(of.get(rule)) for rule in rules),
                *(ticket_minus(other, metric, len(one.seeds)) for other in against),
            ))  # fmt: skip
    heads = ["method", "sparsity", "metric", "n", "minus dense", *rules]
    yield from markdown_table([*heads, *(f"minus {name}" for name in names)], rows)


def _reasons(findings: Sequence[Finding]) -> Iterable[str]:
    """Yield every verdict as a sentence with its numbers."""
    yield from ["# Verdicts of the study, each with its numbers", ""]
    for one in findings:
        for metric, rules in one.verdicts.items():
            for rule, verdict in rules.items():
                yield (
                    f"- {one.model} on {one.target}, {one.method} {percents(one.sparsity)}, "
                    f"{metric}, {rule}: **{verdict_text(verdict)}**: {verdict.reason}"
                )
        if one.kind == "ticket" or one.source != one.target:
            for metric, verdict in one.ticket_better.items():
                data = one.target if one.source == one.target else f"{one.source} to {one.target}"
                yield (
                    f"- {one.model} on {data}, {metric}, ticket better than {one.rival} "
                    f"{percents(one.sparsity)}: **{verdict_text(verdict)}**: {verdict.reason}"
                )


def _row(one: Finding) -> dict[str, object]:
    row: dict[str, object] = {
        name: getattr(one, name)
        for name in ("model", "source", "target", "method", "kind", "sparsity", "dead_layers",
                     "dead_seeds", "synthetic", "videos")
    }  # fmt: skip
    row |= {"kind": one.network, "weights_left": one.weights_left[0], "seeds": len(one.seeds)}
    row["parameters_left"] = one.parameters_left[0] if one.parameters_left else None
    row |= {
        f"{m}_ticket_better": verdict_text(v) for m, v in one.ticket_better.items() if m in JUDGED
    }
    row["groups"] = one.metrics["auc"].groups
    parts = {"accuracy": one.metrics["accuracy"], "auc": one.metrics["auc"]}
    parts |= {f"{name}_over_dense": e for name, e in one.over_dense.items() if name == "auc"}
    parts |= {f"video_{name}": e for name, e in one.by_video.items()}
    if one.over_moved_dense:
        parts["auc_over_moved_dense"] = one.over_moved_dense
    parts |= {f"{metric}_ticket_minus_this": e for metric, e in one.ticket_over.items()}
    names = ("accuracy", "auc", "auc_over_dense", "video_accuracy", "video_auc")
    compared = (f"{metric}_ticket_minus_this" for metric in JUDGED)
    for name in (*names, "auc_over_moved_dense", *compared):
        found = parts.get(name)
        row[name] = found.value if found else None
        row[f"{name}_low"], row[f"{name}_high"] = (found.low, found.high) if found else (None, None)
    return row
