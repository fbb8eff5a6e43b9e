"""A detector that trains in a moment, which processes of their own can look up by its name."""

import flax.linen as nn


class TinyNetwork(nn.Module):
    """One convolution and one dense layer."""

    num_logits: int = 1

    def setup(self):
        self.conv1 = nn.Conv(4, (3, 3))
        self.fc = nn.Dense(self.num_logits)

    def features(self, x, train):
        return nn.relu(self.conv1(x))

    def head(self, features, train):
        return self.fc(features.mean(axis=(1, 2)))
