"""A prepared set on disk: written whole or not at all, found again, its data card."""
