"""The report page: a link on a card that shows one assessment, in one browser, for a quarter of an hour."""

from __future__ import annotations
