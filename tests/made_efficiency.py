"""Figures of efficiency that are written by hand: round numbers, to be checked in the head."""

from jaxticket.runs.efficiency import Arm, Efficiency, Fidelity, Machine, Network, Step, Timing

BASE = "dense, OpenVINO float32"


def made_arm(kind, level, sparsity, engine, ms, *, precision="float32", width=0.02, threads=1):
    """An arm whose base takes 2 ms."""
    fidelity = Fidelity(
        examples=10, changed=0, near_ties=0, largest_difference=0.0, auc=0.9, reference_auc=0.9,
        same=True,
    )  # fmt: skip
    timing = Timing(
        batch=1, calls=9, median=ms / 1000, p95=1.5 * ms / 1000, rounds=[ms / 1000] * 3,
        base=BASE, ratio=ms / 2, low=ms / 2 - width, high=ms / 2 + width,
    )  # fmt: skip
    return Arm(
        identity=f"{kind} {level} {engine} {precision} {threads}", kind=kind, level=level,
        sparsity=sparsity, engine=engine, precision=precision, threads=threads, image_size=32,
        version="1.2", bytes=400_000, import_seconds=0.5, load_seconds=0.1,
        memory_imported=50_000_000, memory_peak=60_000_000, fidelity=[fidelity], timings=[timing],
    )  # fmt: skip


def made_network(kind, level, sparsity, auc, size, seconds=100.0):
    return Network(
        kind=kind, level=level, sparsity=sparsity, parameters=100, parameters_left=50, macs=1000,
        macs_left=500, bytes=size, auc=auc, low=auc - 0.05, high=auc + 0.05, seconds=seconds,
    )  # fmt: skip


def made_efficiency(**changes):
    """A dense network, tickets at 50% and 75% in two engines, bfloat16, and a small network."""
    arms = [
        made_arm("dense", 0, 0.0, "openvino", 2.0),
        made_arm("dense", 0, 0.0, "openvino", 1.0, precision="bfloat16"),
        made_arm("masked", 1, 0.5, "sparse", 1.99),  # its interval reaches beyond 1
        made_arm("masked", 2, 0.75, "openvino", 2.0),
        made_arm("masked", 2, 0.75, "sparse", 0.5),
        made_arm("masked", 2, 0.75, "sparse", 0.4, threads=2),
        made_arm("compacted", 2, 0.75, "openvino", 1.6),
        made_arm("small_dense", 2, 0.75, "openvino", 0.6),
    ]
    values = {
        "date": "2026-11-28T12:00:00+00:00",
        "machine": Machine(architecture="x86_64", processor="A processor", cores=2,
                           features=["avx2"], memory=2**33),
        "model": "meso4", "image_size": 32, "ticket": 2, "test_examples": 10,
        "networks": [
            made_network("dense", 0, 0.0, 0.9, 400_000),
            made_network("masked", 1, 0.5, 0.9, 200_000, 200.0),
            made_network("masked", 2, 0.75, 0.88, 100_000, 300.0),
            made_network("compacted", 2, 0.75, 0.88, None, 300.0),
            made_network("small_dense", 2, 0.75, 0.85, 100_000),
        ],
        "arms": arms,
        "decoding": Step(pictures=5, median=0.0003, p95=0.0005),
        "notes": ["On a GPU: not measured."],
    }  # fmt: skip
    return Efficiency(**values | changes)
