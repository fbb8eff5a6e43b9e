"""The detectors: Meso4, MesoInception4, CNN-5, ResNet-18 and Xception, and the layers they share.

`build` makes one by name. Nothing here knows of masks, training or data sets; Linen is imported in
this package only. `lowering` decides how the shared layers are computed on which backend.
"""

from jaxticket.models.architecture import Architecture
from jaxticket.models.detector import Detector
from jaxticket.models.interface import check_detector
from jaxticket.models.table import DETECTORS, architecture, build, width_of
from jaxticket.models.tracing import NoGraph, trace

__all__ = [
    "DETECTORS",
    "Architecture",
    "Detector",
    "NoGraph",
    "architecture",
    "build",
    "check_detector",
    "trace",
    "width_of",
]
