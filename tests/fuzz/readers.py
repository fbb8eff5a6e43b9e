"""All readers of files that somebody else may have written, by name."""

from tests.fuzz import others, preparation, runs, weights
from tests.fuzz.reader import Reader

READERS: dict[str, Reader] = {
    **preparation.READERS, **weights.READERS, **runs.READERS, **others.READERS,
}  # fmt: skip
