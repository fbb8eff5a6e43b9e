"""The options of experiments.saliency."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Config:
    """Maps of where a run's networks look, in pictures and in figures; nothing is trained."""

    run: tuple[Path, ...]
    """The run folder, made by experiments.imp; or several with commas between: the seeds of one
    experiment, of the same model, data, image size and sparsities."""
    levels: tuple[int, ...] | None = None
    """Levels to look at, such as 0,5; none or all for those that were kept. The dense one is always
    among them."""
    method: Literal["grad_cam", "grad_cam_plus_plus", "hires_cam", "integrated_gradients"] = (
        "grad_cam"
    )
    """How maps are made."""
    layer: str | None = None
    """Whose map is explained; not for integrated_gradients. Without it the last one of 4 x 4
    places or more."""
    explain: str | None = None
    """The answer that is explained: fake, real, predicted (what the dense network says of each
    picture), or, for runs of the task method, a class. Without it fake, or predicted for the task
    method."""
    split: Literal["train", "validation", "test"] = "test"
    """The split of the pictures."""
    dataset: str | None = None
    """The pictures, as for experiments.imp. Without it
    the run's own: where they were, among the prepared sets, or rendered anew."""
    data_dir: Path | None = None
    """Where prepared sets lie; as for experiments.imp."""
    pictures: int = 1000
    """Most pictures, drawn evenly over classes and methods; all if there are fewer."""
    top: float = 0.1
    """Share of the places, in (0, 1], whose overlap is measured."""
    faithfulness: bool = True
    """Delete and insert what the maps mark, on at most 128 pictures."""
    controls: str = "auto"
    """Controls of the levels: auto, the runs of experiments.control beside each run; none; or
    folders with commas between."""
    gallery: int = 24
    """Pictures of the gallery; 0 for none."""
    out: Path | None = None
    """Folder of the figures over several runs. Without it: runs/saliency_MODEL_DATASET_HASH."""
