"""What the shortcut probes are made of: features, a linear model, how well it separates."""
