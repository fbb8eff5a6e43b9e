"""What `experiments.benchmark` measures, a section a file; `sections` lists them.

Contestants take turns (`interleave`), so that a noisy machine disturbs all alike, and what they
give is a `table`. `ours` and `theirs` make the contestants of training and inference, `rates` what
the machine can at most, `work` how much a step has to do; `process` runs what needs a fresh one.
"""
