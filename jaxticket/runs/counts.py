"""How many pictures a run trains on and is tested on, in counts.json of its folder.

{SPLIT: {METHOD: {COMPRESSION: pictures}}}     `real` first; "" where the compression is not known
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from jaxticket.runs import files

FILE = "counts.json"

Counts = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Split -> method -> compression -> pictures."""


def count(methods: Iterable[str], compressions: Iterable[str]) -> dict[str, dict[str, int]]:
    """Return method -> compression -> how many examples, `real` first, the rest by name."""
    pairs = Counter(zip(map(str, methods), map(str, compressions), strict=True))
    counts: dict[str, dict[str, int]] = {}
    for method, compression in sorted(pairs, key=lambda pair: (pair[0] != "real", *pair)):
        counts.setdefault(method, {})[compression] = pairs[method, compression]
    return counts


def keep_counts(run: Path, counts: Counts) -> None:
    """Write a run's counts, once: what is there stays."""
    if not (run / FILE).exists():
        files.write_json(run / FILE, counts)


def read_counts(run: Path) -> Counts | None:
    """Return a run's counts; None of an older run, which kept none.

    Raises:
        Damaged: they cannot be read.
    """
    if not (run / FILE).exists():
        return None
    again = "remove it and the same command that made the run writes it again"
    return files.read_typed(run / FILE, dict[str, dict[str, dict[str, int]]], again)
