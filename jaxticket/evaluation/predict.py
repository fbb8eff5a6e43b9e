"""Zero-shot transfer: the kept levels of a run on other or on corrupted pictures.

Nothing is trained, and the threshold stays where training left it, at logit 0.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jaxticket.data import CORRUPTIONS, Corruption, Examples, corrupted, parse_corruption
from jaxticket.data.examples import COLUMNS
from jaxticket.lottery.record import predictions
from jaxticket.runs.evaluations import CLEAN, Evaluations, MadeFrom
from jaxticket.training import Evaluate, predict_with_each
from jaxticket.weights import Weights

CORRUPTION_SEED = 0
"""The seed of the noise: all levels and runs are evaluated on the same pictures."""

OnProgress = Callable[[str, list[int], int], None]
"""Called with a corruption's name, the levels that are evaluated on it and the pictures done."""


@dataclass(frozen=True)
class Source:
    """What all predictions of an evaluation are made from.

    Attributes:
        examples: of the split.
        data_fingerprint: of the data set.
        levels: the weights of each, by number.
    """

    examples: Examples
    data_fingerprint: str
    levels: Mapping[int, Weights]

    def made_from(self, corruption: str, level: int) -> MadeFrom:
        """Return what a level's predictions depend on, ready for JSON."""
        clean = corruption == CLEAN
        return {
            "data_fingerprint": self.data_fingerprint,
            "examples": self.identity,
            "image_size": self.examples.image_size,
            "weights": self.levels[level].digest,
            "corruption": corruption,
            "strength": None if clean else parse_corruption(corruption).strength,
            "corruption_seed": None if clean else CORRUPTION_SEED,
        }

    @cached_property
    def identity(self) -> str:
        """The SHA-256 of all that is known of the examples, pictures apart, and of their order."""
        hashed = hashlib.sha256()
        for name in COLUMNS[:-1]:  # but for has_masks, which no figure depends on
            column = "\n".join(map(str, getattr(self.examples, name)))
            hashed.update(f"{name} {len(column)}\n{column}\n".encode())
        return hashed.hexdigest()


def predict_elsewhere(
    source: Source,
    wanted: Sequence[int],
    corruptions: Iterable[Corruption | None],
    evaluate: Evaluate,
    batch_size: int,
    kept: Evaluations,
    on_progress: OnProgress,
) -> None:
    """Predict every example once for every level and corruption; what is there is not done again.

    Corrupted pictures are made once for all levels.

    Args:
        source: examples and levels.
        wanted: numbers of the levels.
        corruptions: None is the pictures as they are.
        evaluate: the one jitted evaluation.
        batch_size: pictures in a batch.
        kept: takes the predictions.
        on_progress: hears of the progress.
    """
    for corruption in corruptions:
        name = CLEAN if corruption is None else str(corruption)
        made_from = {level: source.made_from(name, level) for level in wanted}
        levels = [n for n in wanted if kept.identity(name, n, made_from[n]) is None]
        if levels:
            examples = source.examples
            if corruption is not None:
                examples = corrupted(examples, corruption, CORRUPTION_SEED)
            logits = predict_with_each(
                evaluate,
                [source.levels[n] for n in levels],
                examples,
                batch_size,
                lambda done, name=name, levels=levels: on_progress(name, levels, done),
            )
            for level, row in zip(levels, logits, strict=True):
                kept.keep(name, level, predictions(examples, row), made_from[level])
        on_progress(name, levels, len(source.examples))


def predictions_there(
    source: Source, kept: Evaluations, named: Iterable[str] = ()
) -> dict[tuple[str, int], str]:
    """Return the identity of all predictions of these levels that are kept, also earlier ones.

    Args:
        source: of the predictions.
        kept: holds them.
        named: corruptions to look for beside those of the table: a user's own.
    """
    ours = (f"{kind}:{n}" for kind in CORRUPTIONS for n in range(1, 6))
    identities = {
        (name, level): kept.identity(name, level, source.made_from(name, level))
        for name in dict.fromkeys((CLEAN, *ours, *named))
        for level in source.levels
    }
    return {place: identity for place, identity in identities.items() if identity is not None}
