"""Prepares OpenForensics, the official release or its derivative, and prints its data card.

    python -m data_prep.openforensics --source=DIR --data_dir=DIR

The source holds {Train,Val,Test-Dev}_poly.json and the folders of pictures of the same names, or
Dataset/{Train,Validation,Test}/{Fake,Real}. About 40 pictures of 1024 x 768 with three faces each
are done in a second on two cores; a second call finds the prepared set again.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from data_prep.openforensics.prepare import prepare_openforensics
from data_prep.running.command_line import run
from data_prep.terminal.program import start


@dataclass(frozen=True)
class Config:
    """What to prepare, how, and where to.

    Attributes:
        source: the folder of the annotations and pictures.
        data_dir: where prepared sets are kept.
        test: the release's split that becomes test; Test-Challenge is corrupted on purpose.
        image_size: the side of the crops, pixels. Pictures of the derivative stay as they are:
            another size, test or name is refused there.
        name: of the set; by default the folder's.
        skip_limit: how many bad pictures and faces are left out before it becomes an error.
        strict: make every leak an error: pictures, also nearly identical ones, in two splits, and
            pictures with two labels; else they are warned of.
    """

    OLDER = MappingProxyType({"out": "data_dir", "size": "image_size"})

    source: Path
    data_dir: Path
    test: Literal["Test-Dev", "Test-Challenge"] = "Test-Dev"
    image_size: int = 256
    name: str | None = None
    skip_limit: int = 20
    strict: bool = False


def main(config: Config) -> int:
    """Prepare the set, print its card and folder, and return the exit status."""
    return run(
        lambda on_progress: prepare_openforensics(
            config.source,
            config.data_dir,
            test=config.test,
            size=config.image_size,
            name=config.name,
            skip_limit=config.skip_limit,
            strict=config.strict,
            on_progress=on_progress,
        )
    )


if __name__ == "__main__":
    sys.exit(start("openforensics"))
