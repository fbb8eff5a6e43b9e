"""All that turns a file into an answer, ready for use."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from data_prep.faces.boxes import Faces
from data_prep.faces.follow import Detector
from data_prep.limits import PICTURE_PIXELS
from data_prep.media.streaming import NO_LIMITS, Limits
from experiments.detecting.crops import prepared_side
from experiments.detecting.findings import Kind
from experiments.detecting.judging import unit_for
from experiments.detecting.maps import Maps
from experiments.detecting.network import Network
from experiments.options.detect import DETECT_EVERY, FEWEST_LOOKS
from jaxticket.calibration import Calibration, Framing, Seen, Unit
from jaxticket.tickets import Manifest


@dataclass(frozen=True, eq=False)
class Scoring:
    """A network, what its scores mean, and how faces are found for it.

    Attributes:
        network: scores crops.
        calibration: what its scores mean; None where that is not known.
        manifest: what the ticket says of itself; None where there is no ticket.
        detector: finds faces; None where pictures are crops, or boxes are given.
        framing: how faces are cut where validation held ready crops; None as preparation cuts.
        boxes: of the faces in each file, see `experiments.detecting.given_boxes`; None without.
        compression: whose thresholds are taken; None for those of all.
        every: of a video every n-th frame is looked at, from the first.
        fewest_looks: a face that is seen in fewer looks at a video gets no answer.
        max_pixels: of a picture that is read.
        limits: what is read of a video at most.
        views: whether to keep pictures of what was found, to draw on.
        maps: makes the maps that are drawn; None without.
        notes: what else to know of all answers.
    """

    network: Network
    calibration: Calibration | None = None
    manifest: Manifest | None = None
    detector: Detector | None = None
    framing: Framing | None = None
    boxes: Mapping[str, Faces] | None = None
    compression: str | None = None
    every: int = DETECT_EVERY
    fewest_looks: int = FEWEST_LOOKS
    max_pixels: int = PICTURE_PIXELS
    limits: Limits = NO_LIMITS
    views: bool = True
    maps: Maps | None = None
    notes: tuple[str, ...] = ()

    @property
    def crops(self) -> bool:
        """Whether pictures are crops of faces already."""
        return self.detector is None and self.boxes is None

    @property
    def seen(self) -> Seen | None:
        """What validation's pictures were like."""
        return None if self.calibration is None else self.calibration.seen

    @property
    def of_videos(self) -> bool:
        """Whether there are thresholds of videos."""
        return self.unit("video", sys.maxsize) is not self.unit("picture")

    @cached_property
    def side(self) -> int:
        """Of crops on their way to the network, as pictures lie in a prepared set; pixels."""
        return prepared_side(self.seen)

    def unit(self, kind: Kind, looks: int = 1) -> Unit | None:
        """Return the calibration that a face of so many looks is read by.

        Raises:
            ValueError: the calibration does not know the compression.
        """
        return unit_for(self.calibration, kind, self.compression, looks)
