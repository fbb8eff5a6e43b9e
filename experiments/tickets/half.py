"""What keeping a ticket's survivors in float16 does on the test split."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from rich.console import Console

from experiments.one_run.data import open_data_of
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.finished_run import SKIP_LIMIT
from experiments.options.ticket import Pack
from experiments.tickets.network import answers
from jaxticket.loading import LoadedLevel
from jaxticket.runs import RunRecord
from jaxticket.tickets import Ticket
from jaxticket.tickets.manifest import Float16
from jaxticket.training import make_evaluate, of_logits, predict
from jaxticket.trees import replace_leaves


def measure_float16(
    config: Pack, run: RunRecord, loaded: LoadedLevel, ticket: Ticket, console: Console
) -> Float16:
    """Evaluate a level on its run's test split, as it is and rounded.

    Raises:
        ValueError: the run's data are not found, or others are named.
    """
    recipe = run.recipe
    data_dir = config.data_dir or default_data_dir()
    data = open_data_of(run, config.dataset, data_dir, SKIP_LIMIT, console, testing=True)
    if data.fingerprint != recipe.data_fingerprint:
        raise ValueError(
            f"--values=float16 is judged on the test split of {recipe.data_name}, on which "
            f"{run.path} was evaluated, and {data.name} are other pictures: name those with "
            "--dataset, or keep float32"
        )
    if recipe.task == "method":
        data = data.by_method(recipe.classes)
    examples = data.load_split("test", recipe.image_size)
    weights, evaluate = loaded.weights, make_evaluate(loaded.detector)
    rounded = {
        path: jnp.asarray(ticket.params[path].astype(np.float16).astype(np.float32))
        for path in ticket.masks
    }
    other = replace(weights, params=replace_leaves(weights.params, rounded))
    before, after = (
        predict(evaluate, each, examples, recipe.batch_size) for each in (weights, other)
    )
    metric = "auc" if before.shape[1] == 1 else "balanced_accuracy"
    values = [of_logits(examples.labels, logits)[metric] for logits in (before, after)]
    return Float16(
        examples=len(examples),
        largest_difference=float(np.abs(after - before).max()),
        decisions_changed=int(np.count_nonzero(answers(before) != answers(after))),
        metric=metric,
        before=_known(values[0]),
        after=_known(values[1]),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
