"""Narrower networks: every layer's channels times one factor."""


def scaled(channels: int, width: float) -> int:
    """Return `channels * width` to the nearest integer, at least 1."""
    return max(1, round(channels * width))
