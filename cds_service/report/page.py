"""How a report becomes a page: one template, no script inside it, nothing from elsewhere; every text is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from markupsafe import Markup
from starlette.responses import HTMLResponse

from cards.report.model import ASSUMED, BLOCKS, FITS, MISSING, PERSON, SIGN_OFF, Report, Row
from cards.report.note import note
from cards.report.said import Said
from cards.wording.wording import Wording
from cds_service.languages import LANGUAGES
from cds_service.pages import environment

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
FILTERS = ("all", "blocks", "open", "fits", "team")
_GROUP = {BLOCKS: "blocks", MISSING: "open", PERSON: "open", FITS: "fits", ASSUMED: "fits", SIGN_OFF: "team"}
# Shape beside colour: each standing has a sign of its own.
_SIGN = {BLOCKS: "✕", MISSING: "?", PERSON: "⚖", FITS: "✓", ASSUMED: "✓*", SIGN_OFF: "✎"}


def render(
    report: Report,
    wording: Wording,
    *,
    minutes: int = 0,
    languages: Mapping[str, str] | None = None,
    trials: Mapping[str, str] | None = None,
    chosen: str = "all",
) -> str:
    """The page of one report. `minutes` is for how long it opens; `languages` and other `trials` are names by link.

    `chosen` is a filter.
    """
    said = Said(wording)
    return _page(
        "report.html",
        said,
        report=report,
        groups=_groups(report.rows, said),
        note=note(report, said),
        private=said("private", minutes=minutes) if minutes else "",
        languages=languages or {},
        trials=trials or {},
        filters=FILTERS,
        chosen=chosen if chosen in FILTERS else "all",
        wide=Markup(report.chart.wide) if report.chart else "",  # noqa: S704 (written by cards.report.svg, escaped)
        narrow=Markup(report.chart.narrow) if report.chart else "",  # noqa: S704 (as above)
    )


def opening(wording: Wording) -> HTMLResponse:
    """The page that hands over the key, which stands in the address behind the sign #."""
    return shown(_page("report_opening.html", Said(wording)))


def problem(wording: Wording, key: str, status: int) -> HTMLResponse:
    """What happened and what to do; nothing of the report."""
    return shown(_page("report_problem.html", Said(wording), key=key), status)


def shown(page: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(page, status, HEADERS)


def language_names() -> Mapping[str, str]:
    """Languages by code, each called in itself."""
    own = {"en": "English", "zh-Hans": "简体中文"}
    return {code: own.get(code, code) for code in LANGUAGES}


def _page(template: str, said: Said, **more: object) -> str:
    code = said.wording.language.code
    return environment().get_template(template).render(said=said, code=code, sign=_SIGN, group=_GROUP, **more)


def _groups(rows: Sequence[Row], said: Said) -> list[tuple[str, list[Row]]]:
    """Rows under the heading of their list."""
    heads = {"inclusion": "inclusion-criteria", "exclusion": "exclusion-criteria", "": "unnamed-criteria"}
    return [(said(heads[role]), list(members)) for role, members in groupby(rows, key=lambda row: row.role)]
