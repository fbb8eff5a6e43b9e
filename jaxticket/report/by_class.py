"""The part of a report on detectors that name the forgery method: recalls and confusions."""

from collections.abc import Iterator, Sequence

from jaxticket.runs.levels import ByClass, ClassFigures, LevelRecord
from jaxticket.text import interval_text, markdown_table


def by_class(levels: Sequence[LevelRecord]) -> list[str]:
    """Return the lines of the tables by class; none for runs that say real or fake.

    Args:
        levels: the finished ones of a run.
    """
    named = [(level, level.by_class) for level in levels if level.by_class]
    if not named:
        return []
    lines = ["## By class", ""]
    for what, split in (("pictures", "test"), ("videos", "test_videos")):
        figures = [(level, getattr(classes, split)) for level, classes in named]
        lines += [f"Recall of each class on the {figures[0][1].examples} test {what}:", ""]
        lines += _recalls(figures)
    for level, classes in named:
        lines += [
            f"Level {level.level}, {level.sparsity:.1%}: test pictures of each class (row) "
            "by what they were called (column), of videos behind the stroke:",
            "",
            *_confusion(classes),
        ]
    return lines


def _recalls(figures: Sequence[tuple[LevelRecord, ClassFigures]]) -> Iterator[str]:
    classes = list(figures[0][1].recalls)
    rows = [
        [f"level {level.level}", f"{level.sparsity:.1%}",
         interval_text(split.balanced_accuracy, *split.intervals["balanced_accuracy"]),
         *(interval_text(split.recalls[name], *split.recall_intervals.get(name, ()))
           for name in classes)]
        for level, split in figures
    ]  # fmt: skip
    return markdown_table(["", "sparsity", "mean of recalls", *classes], rows)


def _confusion(classes: ByClass) -> Iterator[str]:
    counts = zip(classes.test.confusion, classes.test_videos.confusion, strict=True)
    rows = [
        [name, *(f"{frames} / {videos}" for frames, videos in zip(*row, strict=True))]
        for name, row in zip(classes.classes, counts, strict=True)
    ]
    return markdown_table(["", *classes.classes], rows)
