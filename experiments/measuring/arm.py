"""One network in one engine, as a process: answers JSON lines with JSON lines.

    {"engine": "onnxruntime", "network": FILE, "pictures": FILE.npy, "batches": [1, 8], ...}
    {"do": "answer", "batch": 8}                  the logits of all pictures
    {"do": "time", "batch": 8, "seconds": 0.1}    seconds of each call, and processors it had
    {"do": "memory"}                              bytes resident at most

The first line is the job, see `Job` in `experiments.measuring.worker`. Only what the engine needs
is imported, after its cores are set; this file runs without the rest of the project too, as in an
environment of DeepSparse's own.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

LEAST_CALLS = 3
PLANNING = ("sparse",)
"""Engines that time their kernels once on a machine and remember it: that is no loading."""

Job = dict[str, Any]
Call = Callable[[Any], Any]
"""Pictures, uint8 [B, S, S, 3], to logits [B, C]."""
Compiled = Callable[[int], Call]
"""By batch size."""


def main() -> None:
    """Answer the lines of the standard input until it ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer

    def answer(**values: Any) -> None:
        answers.write(json.dumps(values) + "\n")
        answers.flush()

    job = json.loads(sys.stdin.readline())
    if job["cores"]:
        os.sched_setaffinity(0, job["cores"])
    begin = time.perf_counter()
    imported = ENGINES[job["engine"]][0]()
    import numpy as np

    import_seconds, memory_imported = time.perf_counter() - begin, peak_memory()
    pictures = np.load(job["pictures"], mmap_mode="r")
    if job["engine"] in PLANNING:
        ENGINES[job["engine"]][1](imported, job)(job["batches"][0])
    begin = time.perf_counter()
    compiled = ENGINES[job["engine"]][1](imported, job)
    calls = {job["batches"][0]: compiled(job["batches"][0])}
    calls[job["batches"][0]](np.ascontiguousarray(pictures[: job["batches"][0]]))
    answer(import_seconds=import_seconds, load_seconds=time.perf_counter() - begin,
           memory_imported=memory_imported, version=version(job["engine"]))  # fmt: skip
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["do"] == "memory":
            answer(memory_peak=peak_memory())
            continue
        batch = asked["batch"]
        if batch not in calls:
            calls[batch] = compiled(batch)
        if asked["do"] == "answer":
            answer(logits=logits_of(calls[batch], pictures, batch))
        else:
            begin, own = time.perf_counter(), time.process_time()
            seconds = timed(calls[batch], pictures, batch, asked["seconds"])
            own, whole = time.process_time() - own, time.perf_counter() - begin
            answer(seconds=seconds, share=own / whole)


def logits_of(call: Call, pictures: Any, batch: int) -> list[list[float]]:
    """Return the logits [N, C] of all pictures; the last batch is filled up with its last."""
    import numpy as np

    rows = []
    for start in range(0, len(pictures), batch):
        places = np.arange(start, start + batch).clip(max=len(pictures) - 1)
        rows.append(np.asarray(call(pictures[places]), np.float32).reshape(batch, -1))
    return np.concatenate(rows)[: len(pictures)].tolist()


def timed(call: Call, pictures: Any, batch: int, seconds: float) -> list[float]:
    """Return the seconds of calls, at least `LEAST_CALLS` and about so long in all, one untimed."""
    import numpy as np

    images = np.ascontiguousarray(pictures[np.arange(batch) % len(pictures)])
    call(images)
    spent: list[float] = []
    while len(spent) < LEAST_CALLS or sum(spent) < seconds:
        begin = time.perf_counter()
        call(images)
        spent.append(time.perf_counter() - begin)
    return spent


def peak_memory() -> int:
    """Return the most bytes that were resident; 0 where the system does not say."""
    try:
        with open("/proc/self/status") as file:  # noqa: PTH123
            line = next(line for line in file if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return 0
    return 1024 * int(line.split()[1])


def version(engine: str) -> str:
    """Return the version of the package of an engine."""
    from importlib.metadata import version

    return version({"xla": "jaxlib", "sparse": "jaxticket"}.get(engine, engine))


def _import_xla() -> Any:
    import jax
    import jax.export

    return jax


def _xla(jax: Any, job: Job) -> Compiled:
    with open(job["network"], "rb") as file:  # noqa: PTH123
        exported = jax.export.deserialize(bytearray(file.read()))

    def compiled(batch: int) -> Call:
        # A function of its own a batch size, so that none keeps another's programs.
        answers = jax.jit(exported.call)
        return lambda images: jax.device_get(answers(images))

    return compiled


def _import_sparse() -> Any:
    import jaxticket.graph
    import jaxticket.runtime
    import jaxticket.tickets

    return jaxticket


def _sparse(jaxticket: Any, job: Job) -> Compiled:
    ticket = jaxticket.tickets.load_ticket(job["network"])
    graph = jaxticket.graph.from_json(ticket.manifest.graph)
    arrays = ticket.params | ticket.batch_stats
    return lambda batch: jaxticket.runtime.load(
        graph, arrays, batch=batch, threads=job["threads"], image_size=job["image_size"]
    )


def _import_onnxruntime() -> Any:
    import onnxruntime

    return onnxruntime


def _onnxruntime(onnxruntime: Any, job: Job) -> Compiled:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = job["threads"], 1
    providers = ["CPUExecutionProvider"]
    session = onnxruntime.InferenceSession(job["network"], options, providers=providers)
    name = session.get_inputs()[0].name
    return lambda batch: lambda images: session.run(None, {name: images})[0]


def _import_openvino() -> Any:
    import openvino  # pyright: ignore[reportMissingImports]

    return openvino


def _openvino(openvino: Any, job: Job) -> Compiled:
    core = openvino.Core()
    precision = {"float32": "f32", "bfloat16": "bf16"}[job["precision"]]
    options = {
        "INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": job["threads"],
        "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY",
    }  # fmt: skip

    def compiled(batch: int) -> Call:
        model = core.read_model(job["network"])
        side = job["image_size"]
        model.reshape([batch, side, side, 3])
        request = core.compile_model(model, "CPU", options).create_infer_request()
        return lambda images: next(iter(request.infer([images]).values()))

    return compiled


def _import_deepsparse() -> Any:
    import deepsparse  # pyright: ignore[reportMissingImports]

    return deepsparse


def _deepsparse(deepsparse: Any, job: Job) -> Compiled:
    def compiled(batch: int) -> Call:
        engine = deepsparse.Engine(job["network"], batch_size=batch, num_cores=job["threads"])
        return lambda images: engine.run([images])[0]

    return compiled


ENGINES: dict[str, tuple[Callable[[], Any], Callable[[Any, Job], Compiled]]] = {
    "xla": (_import_xla, _xla),
    "sparse": (_import_sparse, _sparse),
    "onnxruntime": (_import_onnxruntime, _onnxruntime),
    "openvino": (_import_openvino, _openvino),
    "deepsparse": (_import_deepsparse, _deepsparse),
}
"""What imports an engine's library, and what loads a network with it."""


if __name__ == "__main__":
    main()
