"""The terminal: options, signals, progress, tables."""
