"""Evaluation: the kept levels of a run on other or corrupted pictures; nothing is trained."""
