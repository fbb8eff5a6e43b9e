"""The part of a report on detectors that name the forgery method: recalls and confusions."""

from collections.abc import Iterator, Sequence
from typing import Any

from jaxticket.text import interval_text, markdown_table


def by_class(levels: Sequence[dict[str, Any]]) -> list[str]:
    """Return the lines of the tables by class; none for runs that say real or fake.

    Args:
        levels: evaluations of finished levels, all of one run.
    """
    if "by_class" not in levels[0]:
        return []
    lines = ["## By class", ""]
    for what, split in (("pictures", "test"), ("videos", "test_videos")):
        found = [(level, level["by_class"][split]) for level in levels]
        lines += [f"Recall of each class on the {found[0][1]['examples']} test {what}:", ""]
        lines += _recalls(found)
    for level in levels:
        lines += [
            f"Level {level['level']}, {level['sparsity']:.1%}: test pictures of each class (row) "
            "by what they were called (column), of videos behind the stroke:",
            "",
            *_confusion(level["by_class"]),
        ]
    return lines


def _recalls(found: list[tuple[dict[str, Any], dict[str, Any]]]) -> Iterator[str]:
    classes = list(found[0][1]["recalls"])
    rows = [
        [f"level {level['level']}", f"{level['sparsity']:.1%}",
         interval_text(of["balanced_accuracy"], *of["intervals"]["balanced_accuracy"]),
         *(interval_text(of["recalls"][name], *of["recall_intervals"].get(name, ()))
           for name in classes)]
        for level, of in found
    ]  # fmt: skip
    return markdown_table(["", "sparsity", "mean of recalls", *classes], rows)


def _confusion(found: dict[str, Any]) -> Iterator[str]:
    pairs = zip(found["classes"], found["test"]["confusion"], found["test_videos"]["confusion"],
                strict=True)  # fmt: skip
    rows = [
        [name, *(f"{of_frames} / {of_videos}" for of_frames, of_videos in zip(*cells, strict=True))]
        for name, *cells in pairs
    ]
    return markdown_table(["", *found["classes"]], rows)
