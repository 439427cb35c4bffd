"""The pages of a launch: who may frame them, the hand-over of the browser's secret, and what went wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

from cards.report import model_of
from cards.report.said import Said
from cards.wording.wording import Wording
from cds_service.pages import environment
from cds_service.report.handle import OPEN_FOR
from cds_service.report.packed import Kept, in_words_of
from cds_service.report.page import HEADERS, language_names, render
from cds_service.smart.session import Session

_NOBODY = "frame-ancestors 'none'"


def headers_for(framed_by: Collection[str]) -> Mapping[str, str]:
    """The headers of a report; one client's pages are framed by its own origins, and by ours."""
    policy = HEADERS["Content-Security-Policy"]
    ancestors = " ".join(["'self'", *sorted(framed_by)])
    return {**HEADERS, "Content-Security-Policy": policy.replace(_NOBODY, f"frame-ancestors {ancestors}")}


def launching(wording: Wording, address: str, secret: str, framed_by: Collection[str]) -> HTMLResponse:
    """In a frame: the frame's own storage takes the secret, then the browser goes on to the authorization server."""
    return _page("smart_launch.html", wording, framed_by, address=address, secret=secret)


def handover(wording: Wording, framed_by: Collection[str]) -> HTMLResponse:
    """The request came without a cookie: the frame's own storage gives the secret back, and a form posts it."""
    return _page("smart_handover.html", wording, framed_by)


def trouble(wording: Wording, key: str, status: int, framed_by: Collection[str]) -> HTMLResponse:
    """What happened and what to do; nothing of the patient."""
    return _page("report_problem.html", wording, framed_by, status, key=key)


def report_page(
    session: Session, kept: Kept, wording: Wording, framed_by: Collection[str], chosen: str
) -> HTMLResponse:
    """The full report of one trial, with the ways to other languages and trials."""
    worded = in_words_of(kept, wording)
    report = model_of(worded.assessment, worded.series, wording, notes=worded.notes, contact=worded.contact)
    number, code = kept.assessment.trial.nct_id, wording.language.code
    languages = {_query(number, one): name for one, name in language_names().items()}
    trials = [one.assessment.trial for one in session.reports]
    others = {_query(one.nct_id, code): one.short_name for one in trials if one.nct_id != number}
    made = render(report, wording, minutes=OPEN_FOR.seconds // 60, languages=languages, trials=others, chosen=chosen)
    return HTMLResponse(made, headers=headers_for(framed_by))


def _query(trial: str, language: str) -> str:
    return f"?{urlencode({'trial': trial, 'language': language})}"


def _page(
    template: str, wording: Wording, framed_by: Collection[str], status: int = 200, **more: object
) -> HTMLResponse:
    shown = environment().get_template(template).render(said=Said(wording), code=wording.language.code, **more)
    return HTMLResponse(shown, status, headers_for(framed_by))
