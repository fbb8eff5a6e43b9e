"""Does this picture or video show signs of forgery? A ticket's answer, face by face.

    python -m experiments.detect --ticket=ticket.safetensors picture.jpg video.mp4 folder

Every face is found, followed through a video and cropped as in training; each gets an answer,
"signs of forgery", "no sign found" or "cannot tell", by the thresholds that `experiments.calibrate`
found, and a calibrated probability (docs/detect.md). It is no proof.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("detect")  # here, since help needs no more imports

import msgspec
from rich.console import Console

from data_prep.faces.detectors import load_detector
from experiments.detecting.crops import prepared_side
from experiments.detecting.judging import unit_for
from experiments.detecting.network import load_network
from experiments.detecting.pictures import look_at_crop, look_at_picture
from experiments.options.detect import Config
from experiments.tickets.network import network_of
from jaxticket.tickets import load_ticket
from jaxticket.writing import write_whole


def main(config: Config, console: Console) -> None:
    """Look at what is named.

    Raises:
        ValueError: an option or the ticket is wrong; says what.
    """
    ticket = load_ticket(config.ticket)
    network = load_network(*network_of(config.ticket, ticket), config.engine, config.threads)
    calibration = ticket.manifest.calibration
    seen = None if calibration is None else calibration.seen
    detector = None if config.crops else load_detector(config.detector)
    findings = []
    for path in config.paths:
        unit = unit_for(calibration, "picture", config.compression)
        if detector is None:
            found = look_at_crop(path, network, unit, seen)
        else:
            found = look_at_picture(path, network, detector, prepared_side(seen), unit, seen)
        findings.append(found)
        for face in found.faces:
            console.print(
                f"{found.path}: face {face.number}: {face.answer}, {face.probability:.2f}"
            )
    config.out.mkdir(parents=True, exist_ok=True)
    write_whole(config.out / "results.json", msgspec.json.encode(findings))
