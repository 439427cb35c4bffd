"""How each rule is broken in the running code, and which test must notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

import cards.card
import cards.render
import cards.suggestion
import cds_service.app
import cds_service.fhir.gather
import cds_service.hooks.patient_view as patient_view
import cds_service.routes
import cds_service.trust.gate
from cards.card import Card
from cds_service.cors import Cors
from cds_service.errors import STATUS, RecordUnavailable
from cds_service.fhir.address import Base
from cds_service.fhir.prefetch import Sent, State
from cds_service.trust.seen import Seen

CARDS = "tests/conformance/test_card_rules.py"
CALLS = "tests/conformance/test_call_rules.py"


def empty_members_are_sent() -> None:
    cards.card.present = dict
    cards.suggestion.present = dict
    cds_service.routes.without_empty = lambda value: value


def a_summary_of_any_length() -> None:
    whole = cards.render.summary
    Card.__post_init__ = lambda _: None
    cards.render.summary = lambda *given: whole(*given) + " and more" * 20


def _left_out(member: str) -> None:
    whole = Card.as_json
    Card.as_json = lambda card: {name: value for name, value in whole(card).items() if name != member}


def a_card_without_source() -> None:
    _left_out("source")


def suggestions_without_a_behaviour() -> None:
    _left_out("selectionBehavior")


def _sent_as(state: State, instead: State) -> None:
    real = cds_service.fhir.gather.sent

    def changed(*given: Any) -> Sent:
        came = real(*given)
        return Sent(instead) if came.state is state else came

    cds_service.fhir.gather.sent = changed


def null_is_absent() -> None:
    _sent_as(State.NOTHING, State.ABSENT)


def a_failed_query_is_nothing_there() -> None:
    _sent_as(State.REFUSED, State.NOTHING)


def a_missing_record_is_our_failure() -> None:
    table: Any = STATUS
    table[RecordUnavailable] = (500, "exception")


def the_framework_speaks_for_itself() -> None:
    cds_service.app.of_status = lambda status: {"detail": f"status {status}"}


def any_hook_is_answered() -> None:
    real = cds_service.routes.read_call
    cds_service.routes.read_call = lambda body, hook, caller: real({**body, "hook": hook}, hook, caller)


def every_viewer_is_a_professional() -> None:
    real = patient_view.read_patient_context
    patient_view.read_patient_context = lambda call: replace(real(call), user_type="Practitioner")


def any_audience_will_do() -> None:
    cds_service.trust.gate._names = lambda *_: True


def a_token_may_come_again() -> None:
    async def admitted(*_: Any) -> None:
        return None

    Seen.admit = admitted


def a_link_is_followed_wherever_it_leads() -> None:
    Base.own = lambda _, link, seen_from: urljoin(seen_from, link)


def every_page_may_call() -> None:
    Cors.is_allowed_origin = lambda *_: True


@dataclass(frozen=True, slots=True)
class Break:
    """A rule, how it is broken, and the test that must fail then; one row of its table is enough."""

    rule: str
    make: Callable[[], None]
    test: str
    row: str = ""

    @property
    def address(self) -> str:
        """For pytest: the test, or one row of it."""
        return f"{self.test}[{self.row}]" if self.row else self.test


BREAKS: tuple[Break, ...] = (
    Break("GEN-4", empty_members_are_sent, f"{CARDS}::test_nothing_is_null_or_empty", "nora"),
    Break(
        "CARD-2", a_summary_of_any_length, f"{CARDS}::test_a_summary_is_one_short_sentence_that_stands_alone", "nora"
    ),
    Break("CARD-5", a_card_without_source, f"{CARDS}::test_the_source_is_the_registry_entry_of_the_trial", "nora"),
    Break(
        "CARD-10",
        suggestions_without_a_behaviour,
        f"{CARDS}::test_suggestions_stand_each_alone_and_none_is_recommended",
        "nora",
    ),
    Break("REQ-2", any_hook_is_answered, f"{CALLS}::test_a_hook_that_is_not_advertised_is_refused"),
    Break(
        "CTX-1",
        every_viewer_is_a_professional,
        "tests/service/test_answer.py::test_only_professionals_are_told_anything",
    ),
    Break(
        "PREF-7",
        null_is_absent,
        "tests/service/test_prefetch_states.py::test_null_and_an_empty_bundle_both_say_searched_and_nothing_there",
    ),
    Break(
        "PREF-8",
        a_failed_query_is_nothing_there,
        "tests/service/test_prefetch_states.py::test_a_refused_key_is_a_hole_and_is_not_asked_for_again",
        "laboratory",
    ),
    Break(
        "PREF-11",
        a_missing_record_is_our_failure,
        f"{CALLS}::test_without_the_record_it_is_412_and_without_results_it_is_not",
    ),
    Break("RESP-5", the_framework_speaks_for_itself, f"{CALLS}::test_whatever_is_refused_is_an_operation_outcome"),
    Break(
        "FHIR-8",
        a_link_is_followed_wherever_it_leads,
        "tests/service/test_paging.py::test_a_next_link_to_anywhere_else_is_not_followed",
        "sent-https://evil.example/fhir/Procedure?page=2",
    ),
    Break(
        "SEC-7",
        any_audience_will_do,
        "tests/trust/test_who_is_let_in.py::test_all_others_are_refused_in_the_same_words_with_the_same_work",
        "aud of another path",
    ),
    Break("SEC-12", a_token_may_come_again, "tests/trust/test_who_is_let_in.py::test_a_token_is_good_for_one_call"),
    Break("SEC-14", every_page_may_call, "tests/service/test_cors.py::test_another_page_may_not"),
)
