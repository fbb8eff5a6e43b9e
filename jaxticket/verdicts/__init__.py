"""Verdicts: evidence, rules on one level, claims over several levels, and their words."""
