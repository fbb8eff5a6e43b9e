"""Attention: where networks look, compared between networks and with the forgery, in figures."""
