"""The initialisers of the networks' original definitions."""

from flax import linen as nn

he_fan_out = nn.initializers.variance_scaling(2.0, "fan_out", "normal")
"""Normal, variance 2 / (k * k * O): He et al. 2015 (1502.01852), as torchvision and timm take it.

As theirs it counts O = C output channels for a depthwise kernel [k, k, 1, C] too.
"""

torch_dense = nn.initializers.variance_scaling(1 / 3, "fan_in", "uniform")
"""Uniform within 1 / sqrt(fan-in): the default of torch.nn.Linear."""

glorot_uniform = nn.initializers.glorot_uniform()
"""Glorot and Bengio 2010: the default of Keras for convolutions and dense layers."""
