"""Training: state, optimizer, the one masked step, the loop over it, evaluation and metrics.

Nothing here knows levels or files.
"""

from jaxticket.training.chunks import Chunks, chunk_function, steps_in_chunk
from jaxticket.training.evaluation import (
    Evaluate,
    make_evaluate,
    predict,
    predict_with_each,
)
from jaxticket.training.held import hold
from jaxticket.training.loop import OneByOne, Trainer, Turns, finished
from jaxticket.training.loss import cross_entropy
from jaxticket.training.metrics import CLASS_METRICS, METRICS, all_metrics, of_logits, watched
from jaxticket.training.optimizer import OPTIMIZERS, SCHEDULES, make_learning_rate, make_optimizer
from jaxticket.training.state import TrainState, create_state
from jaxticket.training.step import Step, build_step, jit_step, make_step, step_function

__all__ = [
    "CLASS_METRICS",
    "METRICS",
    "OPTIMIZERS",
    "SCHEDULES",
    "Chunks",
    "Evaluate",
    "OneByOne",
    "Step",
    "TrainState",
    "Trainer",
    "Turns",
    "all_metrics",
    "build_step",
    "chunk_function",
    "create_state",
    "cross_entropy",
    "finished",
    "hold",
    "jit_step",
    "make_evaluate",
    "make_learning_rate",
    "make_optimizer",
    "make_step",
    "of_logits",
    "predict",
    "predict_with_each",
    "step_function",
    "steps_in_chunk",
    "watched",
]
