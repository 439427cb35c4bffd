"""Decides what is said when the simulated EHR cannot go on: what is wrong, and what to do."""

from __future__ import annotations


class EhrProblem(Exception):
    """One sentence on what is wrong and one on what to do; never a traceback, never patient data."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}\n{remedy}")
        self.what = what
        self.remedy = remedy
