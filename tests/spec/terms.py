"""The shipped terminology, loaded once, and short ways to write a concept."""

from __future__ import annotations

from functools import cache

from cds_service.data import trials_folder
from cds_service.terminology import load_terminology
from eligibility.terminology import Coding, Concept, Hits, Terminology


@cache
def shipped() -> Terminology:
    return load_terminology(trials_folder())


def coded(system: str, code: str, display: str = "", text: str = "") -> Concept:
    return Concept((Coding(system, code, display),), text)


def words(text: str) -> Concept:
    return Concept((), text)


def told(hits: Hits) -> dict[str, str]:
    """The hits as text: which set, and what its row says."""
    return {name: mark.value for name, mark in hits.items()}
