"""Criterion kinds: one kind, one file."""
