"""Trainings that belong together: a list of cells, worked at by one process or several."""
