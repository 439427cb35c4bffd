"""The link on a card that has the EHR launch the report; only where the client's file says that it launches us."""

from __future__ import annotations

from cards.card import Link
from cards.markdown import clean
from cards.report.said import Said
from cards.wording.wording import Wording
from cds_service.judged import Told
from cds_service.smart.app import App


def link(app: App, told: Told, wording: Wording) -> None:
    """CARD-21, CARD-22: the launch address alone; which trial it is about travels as `appContext`."""
    said = Said(wording)
    for card in told.cards:
        about = told.about.get(card["uuid"])
        if about is None:
            continue
        label = said("smart-link", trial=clean(about.trial.short_name))
        made = Link(label, app.launch_url, "smart", about.trial.nct_id)
        card["links"] = [made.as_json(), *card.get("links", [])]
