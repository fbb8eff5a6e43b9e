"""From a weight file's output layer to the detector's.

A detector of real against fake has one logit, positive for fake. A file has two logits, or one that
may be of fake or of real. With softmax over two logits P(fake) = sigmoid(z_fake - z_real), and
1 - sigmoid(z) = sigmoid(-z): either way the one logit is a sum of the file's outputs.
"""

import hashlib
from dataclasses import replace
from typing import Literal

import numpy as np

from jaxticket.models.detector import Detector
from jaxticket.models.weight_files import Contents, WeightFileError
from jaxticket.models.weight_names import Slot

FakeOutput = Literal["0", "1", "new"]
"""Which output means fake: of two, 0 or 1; of a single one, 1 if it is the probability of fake, 0
if of real; new for a new output layer."""

REAL = frozenset({"real", "original", "originals", "pristine", "genuine", "authentic", "youtube"})
FAKE = frozenset({"fake", "forged", "manipulated", "altered", "deepfake", "deepfakes", "df"})
"""Names of the classes in which files may say what their outputs mean."""

MESONET_OUTPUTS = {
    "2f93b7008ac2af5859795521bb991fde925ff4759d02687366392652a1a005c3": "Meso4_DF",
    "301edff03d6ec1746bff2fcf2850874d931170a51de1d35a9b0287464241a41f": "Meso4_F2F",
    "fa9f30c2b661bb70166ff06feb818f9ebbc8593841525dd9f9e2aa817264e8e8": "MesoInception_DF",
    "2faaae18f26102a89ffc10f4fd2a732f7a16243ed80faad8c0988db7985c6314": "MesoInception_F2F",
}
"""The published MesoNet weights by the SHA-256 of their output layer, whose output is P(real)."""


def count_outputs(contents: Contents, head: list[Slot]) -> int | None:
    """Return the number of the file's outputs; None where its output layer differs in more."""
    if any(slot.name not in contents for slot in head):
        return None
    if any(len(contents[slot.name].shape) != len(slot.shape) for slot in head):
        return None
    shapes = [tuple(contents[slot.name].shape[axis] for axis in slot.axes) for slot in head]
    outputs = {shape[-1] for shape in shapes}
    same_inputs = all(
        shape[:-1] == slot.shape[:-1] for shape, slot in zip(shapes, head, strict=True)
    )
    return outputs.pop() if same_inputs and len(outputs) == 1 else None


def match_output_layer(
    contents: Contents,
    head: list[Slot],
    outputs: int,
    detector: Detector,
    fake: FakeOutput | None,
    classes: tuple[str, ...] = (),
) -> tuple[list[Slot], list[str]]:
    """Return the output layer's slots with the share of each of the file's outputs, and notes.

    Args:
        contents: the file's arrays.
        head: where the detector's output layer is in it.
        outputs: how many the file has.
        detector: the detector.
        fake: which output means fake, None where nobody said it.
        classes: the names of the file's outputs, none where it does not say them.

    Returns:
        The slots, none where the layer begins anew; and what was assumed.

    Raises:
        WeightFileError: which output means fake must be said, or contradicts the file.
    """
    if fake == "new":
        return [], ["the file's output layer was replaced by a freshly initialised one"]
    own = outputs == 1 and head[0].name.startswith("params/")  # its logit is that of fake
    if own or detector.num_logits > 1 or outputs > 2:
        if fake is not None:
            what = "the logit of fake, as this project writes it" if own else f"{outputs} logits"
            raise WeightFileError(
                f"has an output layer of {what}: --fake_output={fake} does not apply"
            )
        if outputs == detector.num_logits:
            order = f"the file's {outputs} logits were taken as those of the classes in their order"
            return head, [] if own else [order]
        return [], [
            f"the file's output layer has {outputs} logits and the detector's "
            f"{detector.num_logits}: it was replaced by a freshly initialised one"
        ]
    known, why = _named(classes)
    if outputs == 1 and (published := _published(contents, head)):
        known, why = "0", f"as it is MesoNet's published {published}"
    if known and fake not in (None, known):
        raise WeightFileError(f"contradicts --fake_output={fake}: it is {known}, {why}")
    if known is None and fake is None:
        raise WeightFileError(_question(outputs))
    fake = known or fake
    sign = 1 if fake == "1" else -1
    shares = (sign,) if outputs == 1 else (-sign, sign)
    note = _note(shares) + (f", {why}" if known else "")
    return [replace(slot, outputs=shares) for slot in head], [note]


def _question(outputs: int) -> str:
    if outputs == 2:
        return (
            "has two logits and does not say which is that of fake: give --fake_output=1 (labels 0 "
            "real, 1 fake, as DeepfakeBench has them), --fake_output=0 (folders in the order of "
            "the alphabet: fake, real), or --fake_output=new to begin with a new output layer"
        )
    return (
        "has one output and does not say what it is the probability of: give --fake_output=1 for "
        "fake, --fake_output=0 for real (as MesoNet's own code has it), or --fake_output=new to "
        "begin with a new output layer"
    )


def _note(shares: tuple[int, ...]) -> str:
    if len(shares) == 2:
        return (
            f"of the file's two logits, {shares.index(1)} is that of fake, and the one logit is "
            "its difference from the other"
        )
    if shares == (1,):
        return "the file's output is the probability of fake"
    return "the file's output is the probability of real, and its sign was turned"


def _named(classes: tuple[str, ...]) -> tuple[FakeOutput | None, str]:
    """Return which of two classes is fake by their names, if they say it, and why."""
    first, second = (name.lower() for name in classes) if len(classes) == 2 else ("", "")
    fakes = [first in FAKE or second in REAL, second in FAKE or first in REAL]
    if fakes[0] == fakes[1]:
        return None, ""
    known: FakeOutput = "0" if fakes[0] else "1"
    return known, f"as the file names its outputs {' and '.join(classes)}"


def _published(contents: Contents, head: list[Slot]) -> str | None:
    """Return the name of the published MesoNet file that has this output layer, if any."""
    digest = hashlib.sha256()
    for slot in sorted(head, key=lambda slot: slot.path, reverse=True):  # the kernel first
        values = contents[slot.name].read().transpose(slot.axes)
        digest.update(np.ascontiguousarray(values).tobytes())
    return MESONET_OUTPUTS.get(digest.hexdigest())
