"""Verdicts: from paired evidence over seeds and groups to claims, and the words for them."""
