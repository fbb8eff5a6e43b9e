"""What the headers of a set's videos say of their pictures, for its data card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from data_prep.media.headers import TURNED
from data_prep.schema import FAKE, REAL

_LOPSIDED = 0.5


@dataclass
class HeaderRemarks:
    """How many videos of each class have which remark of `data_prep.media.headers.header_remarks`.

    Attributes:
        videos: label -> number of videos.
        remarks: (remark, label) -> number of videos.
    """

    videos: Counter[int] = field(default_factory=Counter)
    remarks: Counter[tuple[str, int]] = field(default_factory=Counter)

    def add(self, label: int, remarks: Sequence[str]) -> None:
        """Count a video."""
        self.videos[label] += 1
        self.remarks.update((remark, label) for remark in remarks)

    def notes(self) -> list[str]:
        """Return the remarks, with how many videos of each class have them."""
        return [f"{self._counted(remark)} {remark}" for remark in self._remarks()]

    def warnings(self) -> list[str]:
        """Return the remarks that nearly tell the class, of what is not applied to the pixels."""
        return [
            f"{self._counted(remark)} {remark}: that may tell the label; make the videos alike"
            for remark in self._remarks()
            if remark != TURNED and self._difference(remark) > _LOPSIDED
        ]

    def _remarks(self) -> list[str]:
        return sorted({remark for remark, _ in self.remarks})

    def _difference(self, remark: str) -> float:
        """Return by how much the classes' shares of videos with a remark differ; 0 of one class."""
        if not all(self.videos[label] for label in (REAL, FAKE)):
            return 0.0
        real, fake = (self.remarks[remark, label] / self.videos[label] for label in (REAL, FAKE))
        return abs(real - fake)

    def _counted(self, remark: str) -> str:
        numbers = [
            f"{self.remarks[remark, label]} of {self.videos[label]} {name}"
            for label, name in ((REAL, "real"), (FAKE, "forged"))
            if self.videos[label]
        ]
        return f"{' and '.join(numbers)} videos"
