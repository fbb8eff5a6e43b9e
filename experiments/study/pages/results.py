"""The main results page of a study: tables, plot and verdicts; it writes all other pages too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from experiments.cells.take_over import taken_over
from experiments.options.study import Study
from experiments.study.differences import JUDGED
from experiments.study.findings import Finding
from experiments.study.headlines import write_headlines
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
from experiments.study.plan import set_names
from experiments.study.same_options import trained_with
from experiments.study.set_counts import training_counts
from jaxticket.report.page.reading import write_results
from jaxticket.report.page.same_compute import of_findings
from jaxticket.report.page.study import study_panels
from jaxticket.report.png import write_png
from jaxticket.runs.controls import LONG_DENSE
from jaxticket.runs.files import write_csv, write_text
from jaxticket.runs.notes import count_notes
from jaxticket.text import markdown_table
from jaxticket.verdicts.headline import Headline
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
    names = set_names(study)
    findings = [
        replace(row, source=names[row.source], target=names[row.target]) for row in findings
    ]
    write_csv(study.out / "results.csv", map(_row, findings), COLUMNS)
    panels = study_panels([row.plain() for row in findings])
    plots = [replace(panel.plots[0], title=panel.title) for panel in panels]
    write_png(plots, _note(findings, "bars") + "; grey: dense", study.out / "accuracy.png")
    write_text(study.out / "verdicts.md", "\n".join(_reasons(findings)) + "\n")
    write_by_video(study, findings)
    write_by_method(study)
    write_rare(study, training_counts(study))
    write_robustness(study)
    write_results(study.out, [row.plain() for row in findings])
    picture = draw_transfer(study, findings, _note(findings, "brackets"))
    path, trained = study.out / "results.md", trained_with(study)
    if taken := taken_over(study.folder):
        were = "training was" if taken == 1 else "trainings were"
        trained += f" {taken} {were} taken over from finished runs of the same options and data."
    first = headline_lines(write_headlines(study))
    lines = [*_text(findings, done, cells, failed, picture, trained, first), *_notes(study)]
    write_text(path, "\n".join(lines) + "\n")
    return path


def headline_lines(found: Mapping[str, Headline]) -> Iterable[str]:
    """Yield what each model and data set comes to, and what would tell more."""
    for name, headline in found.items():
        yield f"**{name}: {headline.sentence}**"
        yield from ["", *(f"- {line}" for line in headline.reasons)]
        yield from [*(f"- To know more: {one.text}" for one in headline.missing), ""]


def _note(findings: Sequence[Finding], ends: str) -> str:
    seeds = [len(row.seeds) for row in findings]
    span = " to ".join(map(str, sorted({min(seeds), max(seeds)})))
    synthetic = "synthetic data; " if any(row.synthetic for row in findings) else ""
    return f"{synthetic}seeds: {span}; {ends}: 95% over seeds and test groups"


def _text(
    findings: Sequence[Finding],
    done: int,
    cells: int,
    failed: Mapping[str, str],
    picture: bool,
    trained: str,
    first: Iterable[str],
) -> Iterable[str]:
    yield "# Results of the study"
    yield ""
    yield from first
    if any(row.synthetic for row in findings):
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
    own = [row for row in findings if row.source == row.target]
    for model, dataset in dict.fromkeys((row.model, row.target) for row in own):
        yield from ["", f"## {model} on {dataset}", ""]
        subset = [row for row in own if (row.model, row.target) == (model, dataset)]
        yield from _levels(subset)
        yield (
            "Verdicts (the rules: docs/statistics.md; the numbers: [verdicts](verdicts.md)). "
            "`paper`, `within_0.2` and `one_sd` are about the means of these trainings only. "
            "Intervals and `non_inferior` are uncorrected. `winning` (as good as dense, and better "
            "than every control) is corrected by Holm's method over its levels, the words after "
            "`minus CONTROL` over levels and controls, those after `minus METHOD` over levels: so "
            f"an interval that excludes 0 may stand beside `{NO_DIFFERENCE}`. Differences are "
            f"paired by seed and picture. `{NOT_YET}`: some of what is corrected together is not "
            "done."
        )
        yield from ["", *_verdicts(subset)]
        for sentence in of_findings([row.plain() for row in subset]):
            yield from ["", f"`{LONG_DENSE}`: {sentence}"]
    yield from ["", *beside_paper(findings), "## Transfer", ""]
    yield from transfer_text(findings, picture)


def _notes(study: Study) -> Iterable[str]:
    """Yield what the finished runs say of their data and weight files, each note once."""
    runs = sorted(path.parent for path in study.folder.glob("*/summary.json"))
    if notes := count_notes(runs):
        yield from ["", "## Data and weights", "", "In brackets: of how many runs.", ""]
        yield from (f"- {note} ({count})" for note, count in notes.items())


def _levels(findings: Sequence[Finding]) -> Iterable[str]:
    heads = ["method", "network", "sparsity", "weights left", "n", "accuracy", "AUC",
             "AUC minus dense", "retained above chance"]  # fmt: skip
    rows = [
        (
            row.method, row.network + _dead(row), percents(row.sparsity),
            count_span(row.weights_left), str(len(row.seeds)),
            with_ends(row.metrics["accuracy"]), with_ends(row.metrics["auc"]),
            paired(row.over_dense.get("auc"), len(row.seeds)), with_ends(row.retention),
        )
        for row in findings
    ]  # fmt: skip
    return markdown_table(heads, rows)


def _dead(row: Finding) -> str:
    if not row.dead_layers:
        return ""
    layers = "layer" if row.dead_layers == 1 else "layers"
    return f", up to {row.dead_layers} {layers} dead in {row.dead_seeds} of {len(row.seeds)} seeds"


def _verdicts(findings: Sequence[Finding]) -> Iterable[str]:
    """Yield a table: a row for each level and metric, a column for each rule and each rival."""
    rules = list(dict.fromkeys(
        rule for row in findings for rules_of in row.verdicts.values() for rule in rules_of
        if not rule.startswith("better than ")
    ))  # fmt: skip
    if not rules:
        return
    rivals = {(row.rival, row.sparsity): row for row in findings if row.ticket_over}
    first = next((row.method for row in findings if row.method != "dense"), "")
    names = list(dict.fromkeys(name for name, _ in rivals))
    rows = []
    for row in findings:
        for metric, rules_of in row.verdicts.items():
            against = [
                rivals.get((name, row.sparsity)) if row.method == first else None for name in names
            ]
            rows.append((
                row.method, percents(row.sparsity), metric, str(len(row.seeds)),
                paired(row.over_dense.get(metric), len(row.seeds)),
                *(verdict_text(rules_of.get(rule)) for rule in rules),
                *(ticket_minus(other, metric, len(row.seeds)) for other in against),
            ))  # fmt: skip
    heads = ["method", "sparsity", "metric", "n", "minus dense", *rules]
    yield from markdown_table([*heads, *(f"minus {name}" for name in names)], rows)


def _reasons(findings: Sequence[Finding]) -> Iterable[str]:
    """Yield every verdict as a sentence with its numbers."""
    yield from ["# Verdicts of the study, each with its numbers", ""]
    for row in findings:
        for metric, rules in row.verdicts.items():
            for rule, verdict in rules.items():
                yield (
                    f"- {row.model} on {row.target}, {row.method} {percents(row.sparsity)}, "
                    f"{metric}, {rule}: **{verdict_text(verdict)}**: {verdict.reason}"
                )
        if row.kind in ("ticket", LONG_DENSE) or row.source != row.target:
            for metric, verdict in row.ticket_better.items():
                data = row.target if row.source == row.target else f"{row.source} to {row.target}"
                yield (
                    f"- {row.model} on {data}, {metric}, ticket better than {row.rival} "
                    f"{percents(row.sparsity)}: **{verdict_text(verdict)}**: {verdict.reason}"
                )


def _row(finding: Finding) -> dict[str, object]:
    row: dict[str, object] = {
        name: getattr(finding, name)
        for name in ("model", "source", "target", "method", "kind", "sparsity", "dead_layers",
                     "dead_seeds", "synthetic", "videos")
    }  # fmt: skip
    row |= {"kind": finding.network, "seeds": len(finding.seeds)}
    row["weights_left"] = finding.weights_left[0]
    row["parameters_left"] = finding.parameters_left[0] if finding.parameters_left else None
    row |= {f"{m}_ticket_better": verdict_text(v) for m, v in finding.ticket_better.items()}
    row["groups"] = finding.metrics["auc"].groups
    parts = {"accuracy": finding.metrics["accuracy"], "auc": finding.metrics["auc"]}
    parts |= {f"{name}_over_dense": e for name, e in finding.over_dense.items() if name == "auc"}
    parts |= {f"video_{name}": e for name, e in finding.by_video.items()}
    if finding.over_moved_dense:
        parts["auc_over_moved_dense"] = finding.over_moved_dense
    parts |= {f"{metric}_ticket_minus_this": e for metric, e in finding.ticket_over.items()}
    names = ("accuracy", "auc", "auc_over_dense", "video_accuracy", "video_auc")
    compared = (f"{metric}_ticket_minus_this" for metric in JUDGED)
    for name in (*names, "auc_over_moved_dense", *compared):
        estimate = parts.get(name)
        ends = estimate.ends if estimate else (None, None, None)
        row[name], row[f"{name}_low"], row[f"{name}_high"] = ends
    return row
