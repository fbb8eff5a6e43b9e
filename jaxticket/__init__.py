"""jaxticket: lottery tickets in deepfake detectors.

Train a detector, prune its smallest weights, set the survivors back to their saved beginning,
train again, and keep what is needed to prove, explain, move and deploy the sparse network left.

`trees`, `masks` and `pruning` are pure functions on pytrees; `models`, `data` and `training` give
a detector, batches and a jitted step; `lottery` is iterative magnitude pruning; `runs` owns the
run folder; `report` reads it. Nothing here reads argv, and nothing has global state.
"""

__version__ = "0.1.0"
