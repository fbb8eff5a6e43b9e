"""The options that name weights from elsewhere where a command else takes a ticket or a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Weights that this project did not train."""

    init_from: Path | None = None
    """Instead, weights from elsewhere, as experiments.imp takes them: MesoNet's of Keras (.h5,
    .keras), safetensors, or a PyTorch state dict. Needs model and image_size."""
    model: str | None = None
    """With init_from, the detector that they are of: meso4, mesoinception4, cnn5, resnet18 or
    xception, or your own, package.module:name."""
    image_size: int | None = None
    """With init_from, the side of the square pictures that they were trained on, pixels: 256 for
    the published MesoNets."""
    fake_output: Literal["0", "1"] | None = None
    """With init_from, which output means fake where the file does not say so: of two, 0 or 1; of
    a single one, 1 if it is the probability of fake, 0 if of real."""

    def check_source(self, others: Mapping[str, object]) -> None:
        """Check that one thing is named to answer with, and that all belongs to it.

        Args:
            others: what may be named instead, by option; None where it is not.

        Raises:
            ValueError: says what lacks, or does not belong.
        """
        sources = {**others, "init_from": self.init_from}
        named = [f"--{option}" for option, value in sources.items() if value is not None]
        if len(named) != 1:
            what = f"{' and '.join(named)} exclude each other" if named else "no network is named"
            either = ", ".join(f"--{option}" for option in others)
            raise ValueError(f"{what}: give {either} or --init_from (weights from elsewhere)")
        if self.init_from is None:
            for option in ("model", "image_size", "fake_output"):
                if getattr(self, option) is not None:
                    raise ValueError(f"--{option} belongs to --init_from: {named[0]} says its own")
            return
        for option, example in {"model": "meso4", "image_size": "256"}.items():
            if getattr(self, option) is None:
                raise ValueError(
                    f"--init_from={self.init_from} needs --{option}, such as --{option}={example}:"
                    " a weight file does not say it"
                )
