"""The options of experiments.efficiency."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Config:
    """What a run's tickets cost on disk, in memory and in time, beside dense networks."""

    run: Path
    """The run folder, made by experiments.imp."""
    levels: tuple[int, ...] | None = None
    """Levels to measure, the dense network always among them; none or all for those that were
    kept."""
    ticket: int | None = None
    """The level that is measured in every engine, masked and compacted, and that sentences speak
    of. Without it the sparsest of --levels."""
    engines: tuple[str, ...] = ("xla", "onnxruntime", "openvino", "sparse")
    """Engines: xla, onnxruntime, openvino, sparse. One that is not installed is left out, and the
    page says so."""
    deepsparse_python: Path | None = None
    """The Python of an environment with deepsparse==1.8.0, to measure it too."""
    batches: tuple[int, ...] = (1, 8, 32)
    """Pictures in a call."""
    threads: tuple[int, ...] = (1, 2)
    """Threads of an engine, which may use as many cores."""
    image_sizes: tuple[int, ...] | None = None
    """Sides of the pictures in pixels; without it the run's own. Other sizes have the weights of
    the run's, and decisions are compared with JAX's at that size."""
    controls: tuple[Path, ...] | None = None
    """Run folders of experiments.control --control=small_dense; without it those beside the run."""
    rounds: int = 9
    """How often every arm takes its turn, 3 or more."""
    seconds: float = 0.05
    """Of a turn at one batch size, at least three calls."""
    pictures: int = 100
    """Test pictures that decoding and face finding are timed on."""
    data_dir: Path | None = None
    """Where prepared sets lie; as for experiments.imp."""
    again: bool = False
    """Measure anew what was measured before; without it only what is not there."""
    dry_run: bool = False
    """List what would be measured, and end."""
