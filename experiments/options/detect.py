"""The options of experiments.detect."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tyro.conf import Positional

from experiments.options.weights import Elsewhere

DETECT_EVERY = 5  # as in preparation
FEWEST_LOOKS = 3
OF_THE_PAGE = ("host", "port", "max_uploads", "max_megabytes", "max_megapixels", "max_seconds")


@dataclass(frozen=True)
class Question:
    """What is asked, and whom."""

    paths: Positional[tuple[Path, ...]]
    """Pictures, videos, and folders of them."""
    ticket: Path | None = None
    """The ticket file, made by experiments.ticket pack or calibrate."""


@dataclass(frozen=True)
class Config(Elsewhere, Question):
    """Look for signs of forgery in pictures and videos, face by face, with a ticket."""

    out: Path = Path("detections")
    """The folder for results.json, results.csv and pictures; what an earlier detect wrote there is
    replaced."""
    pictures: bool = True
    """Whether to write pictures with the answer around every face."""
    maps: bool = True
    """Whether they show where the network looked (Grad-CAM). Needs JAX; left out without."""
    crops: bool = False
    """Whether pictures are crops of faces already, and no faces are looked for."""
    detector: str = "dlib"
    """What finds faces: dlib (the extra faces), or your own as module:name, as for preparation."""
    detect_every: int = DETECT_EVERY
    """Of a video only every n-th frame is looked at, as in preparation."""
    fewest_looks: int = FEWEST_LOOKS
    """In a video a face that is found in fewer looks gets no answer and is counted only: somebody
    passing by, or a false alarm of the detector."""
    boxes: Path | None = None
    """A file of face boxes, as for preparation; no faces are looked for then. A file is named in it
    by the end of its path without suffix, such as youtube/000."""
    engine: Literal["auto", "sparse", "onnxruntime", "numpy"] = "auto"
    """What runs the network. auto takes the sparse runtime where at most half of the weights are
    left, else onnxruntime, whichever is installed, or the slow NumPy reference."""
    threads: int = 1
    """That the engine may use."""
    compression: str | None = None
    """Take the thresholds of this compression, such as c40, where the ticket has its own for it."""
    serve: bool = False
    """Serve a page for a browser instead, on which files are dropped and answered; it needs the
    extra serve. Nothing is written then."""
    host: str = "127.0.0.1"
    """Where --serve listens. Another address than that of this machine alone lets others reach the
    page, which has neither accounts nor encryption."""
    port: int = 8750
    """At which --serve listens; 0 for any that is free."""
    max_uploads: int = 4
    """With --serve: files at once, those that wait for their turn too."""
    max_megabytes: float = 200.0
    """With --serve: size of a file."""
    max_megapixels: float = 40.0
    """With --serve: of a picture or of a frame of a video."""
    max_seconds: float = 120.0
    """With --serve: of playing of a video."""

    def __post_init__(self) -> None:
        """Check what answers, and that what belongs to the page comes with it.

        Raises:
            ValueError: not one of a ticket and weights from elsewhere is named, or an option of the
                page without it.
        """
        self.check_source({"ticket": self.ticket})
        for option in () if self.serve else OF_THE_PAGE:
            if getattr(self, option) != getattr(Config, option):
                raise ValueError(f"--{option} belongs to --serve, the page: give that too")

    @property
    def source(self) -> Path:
        """The file that holds the network."""
        source = self.ticket or self.init_from
        assert source is not None
        return source
