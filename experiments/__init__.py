"""Experiments: one short module per question; the only place that reads argv."""
