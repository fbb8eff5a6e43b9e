"""Running a pruned detector on a CPU: sparse kernels, machine code for the processor at hand.

`load` makes an engine of a graph and its arrays; it answers uint8 pictures with logits. A map is
cut into as many tiles as a vector has lanes (`layout`), so that a surviving weight is one
multiply-add of vectors, whatever its place (`convolution`); which way each layer is computed is
timed once on the machine and remembered (`plan`). NumPy and llvmlite, Numba's compiler; no JAX.
"""

from importlib.util import find_spec

if find_spec("llvmlite") is None:
    raise ImportError('the sparse runtime needs llvmlite: pip install "jaxticket[sparse]"')

from jaxticket.runtime.engine import Engine, load

__all__ = ["Engine", "load"]
