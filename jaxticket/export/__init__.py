"""Graphs as files that others run: ONNX for onnxruntime and its like, StableHLO for JAX.

Batch normalisation is folded away, and a picture goes in as it is: uint8 RGB, normalised inside.
ONNX files are made in NumPy alone, with the extra `jaxticket[export]`; `stablehlo` needs JAX.
"""

from jaxticket.export.about import about
from jaxticket.export.onnx_file import save_onnx, to_onnx

__all__ = ["about", "save_onnx", "to_onnx"]
