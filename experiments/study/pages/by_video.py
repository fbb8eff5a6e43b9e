"""The page by video: metrics of the mean logit of each video, beside metrics of single frames."""

from collections.abc import Iterable, Sequence

from experiments.options.study import Study
from experiments.study.findings import Finding
from experiments.study.pages.markdown import (
    INTERVALS,
    SYNTHETIC,
    difference,
    percents,
    with_ends,
)
from jaxticket.runs.files import write_text
from jaxticket.text import count_text, markdown_table


def write_by_video(study: Study, findings: Sequence[Finding]) -> None:
    """Write by_video.md; the figures themselves are in results.csv and results.json."""
    write_text(study.out / "by_video.md", "\n".join(_text(findings)) + "\n")


def _text(findings: Sequence[Finding]) -> Iterable[str]:
    yield from ["# By video", ""]
    if any(row.synthetic for row in findings):
        yield from [SYNTHETIC, ""]
    yield (
        "A video's logit is the mean of its frames' logits; its threshold is 0 too. Where every "
        "picture is a video of its own, both columns are equal. n is the number of seeds. "
        f"{INTERVALS}"
    )
    yield ""
    own = [row for row in findings if row.source == row.target]
    for model, dataset in dict.fromkeys((row.model, row.target) for row in own):
        subset = [row for row in own if (row.model, row.target) == (model, dataset)]
        videos = count_text(subset[0].videos, "video")
        yield from [f"## {model} on {dataset}: {videos}", ""]
        heads = ["method", "network", "sparsity", "n", "accuracy, frames", "accuracy, videos",
                 "AUC, frames", "AUC, videos", "AUC minus dense, videos"]  # fmt: skip
        yield from markdown_table(heads, map(_row, subset))
    yield "All figures: [results.csv](results.csv). Back to [results](results.md)."


def _row(row: Finding) -> Sequence[str]:
    return (
        row.method,
        row.network,
        percents(row.sparsity),
        str(len(row.seeds)),
        with_ends(row.metrics["accuracy"]),
        with_ends(row.by_video["accuracy"]),
        with_ends(row.metrics["auc"]),
        with_ends(row.by_video["auc"]),
        difference(row.by_video_over_dense.get("auc")),
    )
