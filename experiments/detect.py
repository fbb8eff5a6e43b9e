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

from experiments.detecting.inputs import find_inputs
from experiments.detecting.loading import load_scoring
from experiments.detecting.look import look_at_all
from experiments.options.detect import Config
from jaxticket.writing import write_whole


def main(config: Config, console: Console) -> None:
    """Look at what is named.

    Raises:
        ValueError: an option or the ticket is wrong; says what.
    """
    inputs = find_inputs(config.paths, config.out)
    scoring = load_scoring(config)
    findings = []
    for finding, _ in look_at_all(inputs.files, scoring):
        findings.append(finding)
        for face in finding.faces:
            console.print(
                f"{finding.path}: face {face.number}: {face.answer}, {face.probability:.2f}"
            )
    config.out.mkdir(parents=True, exist_ok=True)
    write_whole(config.out / "results.json", msgspec.json.encode(findings))
