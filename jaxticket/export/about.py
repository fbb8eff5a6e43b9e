"""What goes with an exported network: a ticket's manifest as texts by name."""

from jaxticket.calibration import line
from jaxticket.tickets import Manifest


def about(said: Manifest) -> dict[str, str]:
    """Return what whoever runs an exported ticket has to know.

    Args:
        said: the ticket's manifest.
    """
    one = said.logits == 1
    texts = {
        "model": said.model,
        "classes": ", ".join(said.classes),
        "decision": f"above 0 means {said.classes[1]}" if one else "the largest logit's class",
        "image_size": str(said.image_size),
        "data": said.data.name,
        "data_fingerprint": said.data.fingerprint,
        "synthetic": str(said.data.synthetic).lower(),
        "level": str(said.level),
        "sparsity": f"{said.sparsity:.6f}",
        "weights_left": str(said.weights_left),
        "licence": said.licence,
    }
    if said.calibration is not None:
        texts["calibration"] = line(said.calibration)
    if said.hashes is not None:
        texts["ticket_weights_sha256"] = said.hashes.weights
    if (by := said.preprocessing) is not None:
        texts |= {
            "colour": by.colour,
            "resize": "each side for itself to image_size: OpenCV's INTER_AREA where the shorter "
            "side is at least that, INTER_LINEAR where it is less",
            "orientation": f"EXIF {by.orientation}",
            "normalisation": f"inside: (pixel / {by.divide_by:g} - mean) / std",
            "mean": ", ".join(map(str, by.mean)),
            "std": ", ".join(map(str, by.std)),
        }
    return texts
