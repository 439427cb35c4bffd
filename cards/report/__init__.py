"""What the report page of one trial says: a model of plain texts, made of an assessment and a series of the record."""

from __future__ import annotations

from cards.report.making import model_of as model_of
from cards.report.model import Report as Report
from cards.report.series import Series as Series
from cards.report.series import series_of as series_of
