"""Connectivity: the line between two trainings of one ticket, and the barrier on it."""
