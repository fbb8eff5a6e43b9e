"""What the tickets of a run cost to keep, load and run: measured by `experiments.efficiency`.

efficiency/efficiency.json    all of it, see `Efficiency`
efficiency/efficiency.csv     a row an arm and batch size
efficiency/efficiency.md      the same as a table, with its sentences
efficiency/frontier.png       accuracy against latency and against bytes
"""

from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, to_builtins

from jaxticket.runs import files

Kind = Literal["dense", "masked", "compacted", "small_dense"]
"""What is run: level 0; a ticket with its zeros; without its dead channels; a control."""
Engine = Literal["xla", "onnxruntime", "openvino", "sparse", "deepsparse"]
ENGINES: dict[str, str] = {
    "xla": "XLA", "onnxruntime": "onnxruntime", "openvino": "OpenVINO",
    "sparse": "sparse runtime", "deepsparse": "DeepSparse",
}  # fmt: skip
"""What engines are called."""
KINDS: dict[str, str] = {
    "dense": "dense", "masked": "ticket", "compacted": "ticket, compacted",
    "small_dense": "small dense",
}  # fmt: skip
"""What the kinds of network are called."""
AGAIN = "remove it and measure the run again"


class Fidelity(Struct, frozen=True, kw_only=True):
    """How an engine's answers stand to the run's own, on its whole test split at one batch size.

    Attributes:
        examples: how many.
        changed: decisions that are others.
        near_ties: of those, how many lay so near the threshold that rounding decides them.
        largest_difference: of a logit.
        auc: of the engine's logits; None where it is not defined.
        reference_auc: of the run's own.
        same: whether the engine may be timed; else `reason` says why not.
        reason: in words.
    """

    examples: int
    changed: int
    near_ties: int
    largest_difference: float
    auc: float | None
    reference_auc: float | None
    same: bool
    reason: str = ""


class Timing(Struct, frozen=True, kw_only=True):
    """How long one call with a batch takes.

    Attributes:
        batch: pictures in a call.
        calls: how many were timed.
        median, p95: seconds of a call.
        rounds: medians of the rounds, seconds, in their order.
        base: the arm that `ratio` is to: its `title`.
        ratio: to the base in the same rounds, their median; below 1 is faster.
        low, high: its 95% interval over the rounds.
        joules: of a call, where the machine has a counter.
        processors: that it had during its turns, on average; well below its threads on a busy
            machine. None where not measured.
    """

    batch: int
    calls: int
    median: float
    p95: float
    rounds: list[float]
    base: str
    ratio: float
    low: float
    high: float
    joules: float | None = None
    processors: float | None = None


class Arm(Struct, frozen=True, kw_only=True):
    """One network in one engine, in a process of its own.

    Attributes:
        identity: of all that the figures depend on; with another one it is measured anew.
        kind: what is run.
        level: of the run, the ticket's that a small dense network answers to.
        sparsity: of that level's prunable weights.
        engine: what runs it.
        precision: `float32` or `bfloat16`, that it computes in.
        device: `cpu` or `gpu`.
        threads: that it may use; as many cores are its own.
        image_size: side of the pictures in pixels.
        version: of the engine.
        bytes: of the file that the engine reads.
        import_seconds: of its libraries.
        load_seconds: from the file to the first answer to one picture.
        memory_imported: bytes resident at most, its libraries loaded.
        memory_peak: the same after all work.
        fidelity: by batch size.
        timings: by batch size; nothing where the answers are others.
        failed: why there are no figures; empty where there are.
    """

    identity: str
    kind: Kind
    level: int
    sparsity: float
    engine: Engine
    precision: str
    device: str = "cpu"
    threads: int
    image_size: int
    version: str = ""
    bytes: int | None = None
    import_seconds: float | None = None
    load_seconds: float | None = None
    memory_imported: int | None = None
    memory_peak: int | None = None
    fidelity: list[Fidelity] = []
    timings: list[Timing] = []
    failed: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """Engine and precision."""
        return self.engine, self.precision

    @property
    def title(self) -> str:
        """What it is called: network, engine, precision."""
        level = f" {self.sparsity:.0%}" if self.kind in ("masked", "compacted") else ""
        where = " on the GPU" if self.device == "gpu" else ""
        return f"{KINDS[self.kind]}{level}, {ENGINES[self.engine]} {self.precision}{where}"

    def timing(self, batch: int) -> Timing | None:
        """Return how long a call takes with a batch size; None where it was not measured."""
        return next((each for each in self.timings if each.batch == batch), None)


class Network(Struct, frozen=True, kw_only=True):
    """A network that arms run.

    Attributes:
        kind: what it is.
        level: as in `Arm`.
        sparsity: as in `Arm`.
        parameters: kernels and biases, zeros among them, batch normalisation folded.
        parameters_left: those that are not zeros of a kernel.
        macs: multiply-adds for one picture of the run's size; None where not counted.
        macs_left: those with weights that are not zero.
        bytes: of its ticket file, the weights packed; None where there is none of its kind.
        auc, low, high: on the run's test split with its 95% interval over groups, as the run
            says it; None where it is not defined.
        seconds: of the search up to this level, all levels before it included.
    """

    kind: Kind
    level: int
    sparsity: float
    parameters: int
    parameters_left: int
    macs: int | None = None
    macs_left: int | None = None
    bytes: int | None = None
    auc: float | None
    low: float | None
    high: float | None
    seconds: float


class Machine(Struct, frozen=True, kw_only=True):
    """What it was measured on.

    Attributes:
        architecture: such as `x86_64`.
        processor: its name, as it gives it.
        features: instructions that matter here, such as `avx512f` and `amx_bf16`.
        cores: that this process may use.
        memory: bytes.
        gpu: its name; empty without one.
        energy_counter: whether the processor's can be read.
    """

    architecture: str
    processor: str
    features: list[str]
    cores: int
    memory: int | None
    gpu: str = ""
    energy_counter: bool = False


class Step(Struct, frozen=True, kw_only=True):
    """What comes before a detector, counted apart: median and 95th percentile in seconds."""

    pictures: int
    median: float
    p95: float


class Efficiency(Struct, frozen=True, kw_only=True):
    """What efficiency.json says.

    Attributes:
        schema: the form of the file.
        date: when it was measured, ISO 8601.
        machine: where.
        model: of the run.
        image_size: of the run, pixels.
        ticket: the level that was measured in every engine.
        test_examples: pictures of the test split.
        networks: what was run.
        arms: each network in its engines.
        decoding: JPEG or PNG to pixels, of one picture; None where not measured.
        face_finding: likewise, on those pictures.
        notes: what was not measured, and why.
    """

    schema: int = 1
    date: str
    machine: Machine
    model: str
    image_size: int
    ticket: int
    test_examples: int
    networks: list[Network]
    arms: list[Arm]
    decoding: Step | None = None
    face_finding: Step | None = None
    notes: list[str] = []

    def network(self, kind: str, level: int) -> Network | None:
        """Return a network; None where it was not run."""
        return next((n for n in self.networks if (n.kind, n.level) == (kind, level)), None)


COLUMNS = (
    "kind", "level", "sparsity", "engine", "precision", "device", "threads", "image_size",
    "version", "bytes", "import_seconds", "load_seconds", "memory_imported", "memory_peak", "batch",
    "median", "p95", "calls", "base", "ratio", "low", "high", "joules", "processors",
    "changed", "near_ties", "largest_difference", "auc", "reference_auc", "failed",
)  # fmt: skip
"""Of efficiency.csv."""


def efficiency_folder(run: Path) -> Path:
    """Return where a run's figures lie."""
    return run / "efficiency"


def read_efficiency(run: Path) -> Efficiency | None:
    """Return what was measured of a run; None where nothing was.

    Raises:
        Damaged: the file is of another form.
    """
    path = efficiency_folder(run) / "efficiency.json"
    return files.read_typed(path, Efficiency, AGAIN) if path.exists() else None


def write_efficiency(run: Path, efficiency: Efficiency) -> Path:
    """Write efficiency.json and efficiency.csv; return their folder."""
    folder = efficiency_folder(run)
    folder.mkdir(exist_ok=True)
    files.write_json(folder / "efficiency.json", to_builtins(efficiency))
    files.write_csv(folder / "efficiency.csv", map(_whole, _rows(efficiency)), COLUMNS)
    return folder


def _rows(efficiency: Efficiency) -> list[dict[str, Any]]:
    rows = []
    for arm in efficiency.arms:
        of_arm: dict[str, Any] = to_builtins(arm)
        for name in ("fidelity", "timings"):
            del of_arm[name]
        of_batch = [to_builtins(fidelity) for fidelity in arm.fidelity] or [{}]
        for place, fidelity in enumerate(of_batch):
            timing = to_builtins(arm.timings[place]) if place < len(arm.timings) else {}
            reason = fidelity.get("reason") or arm.failed
            rows.append({**of_arm, **fidelity, **timing, "failed": reason})
    return rows


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row.get(name) for name in COLUMNS}
