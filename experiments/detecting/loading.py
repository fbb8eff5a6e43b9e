"""From options to what looks at files."""

from data_prep.faces.boxes import read_faces
from data_prep.faces.detectors import load_detector
from experiments.detecting.maps import load_maps
from experiments.detecting.network import load_network
from experiments.detecting.scoring import Scoring
from experiments.detecting.source import open_source
from experiments.options.detect import Config
from experiments.tickets.network import network_of
from jaxticket.calibration import Calibration, Framing


def load_scoring(config: Config) -> Scoring:
    """Return what options ask for, loaded.

    Raises:
        ValueError: the ticket, the boxes, the detector or an option is wrong; says what.
        OSError: a file is not there or cannot be read.
        ImportError: a package lacks; says what to install.
    """
    if config.crops and config.boxes is not None:
        raise ValueError("--crops looks for no faces, so --boxes has no use: give one of them")
    for option in ("detect_every", "fewest_looks", "threads"):
        if (value := getattr(config, option)) < 1:
            raise ValueError(f"--{option}={value}: give 1 or more")
    boxes = None if config.boxes is None else read_faces(config.boxes)
    detector = load_detector(config.detector) if boxes is None and not config.crops else None
    ticket = open_source(config.ticket, config)
    graph, arrays = network_of(config.source, ticket)
    network = load_network(graph, arrays, config.engine, config.threads)
    maps, lacking = None, None
    if config.pictures and config.maps:
        maps, lacking = load_maps(graph, arrays, network)
    scoring = Scoring(
        network=network,
        calibration=ticket.manifest.calibration,
        manifest=ticket.manifest,
        detector=detector,
        framing=_framing(config, ticket.manifest.calibration) if detector else None,
        boxes=boxes,
        compression=config.compression,
        every=config.detect_every,
        fewest_looks=config.fewest_looks,
        views=config.pictures,
        maps=maps,
        notes=() if lacking is None else (lacking,),
    )
    if config.compression is not None:
        if scoring.calibration is None:
            raise ValueError(f"--compression={config.compression}: the ticket is not calibrated")
        scoring.unit("picture")  # which says what it knows
    return scoring


def _framing(config: Config, calibration: Calibration | None) -> Framing | None:
    """Return how ready crops of validation lie around what the same detector finds."""
    seen = None if calibration is None else calibration.seen
    framing = None if seen is None else seen.framing
    return framing if framing is not None and framing.detector == config.detector else None
