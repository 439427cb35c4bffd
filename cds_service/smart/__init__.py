"""SMART App Launch: the report page opened from within the chart, with the rights of whoever looks at it."""

from __future__ import annotations
