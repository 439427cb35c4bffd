"""Which trials stay silent after a reason: for whom, how long, and when they speak again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cards.override import HL7, OURS, REASONS
from cds_service.feedback.quiet import Now, in_force, quieted
from cds_service.feedback.words import CardSent, Heard

THEN = datetime(2026, 11, 1, 9, tzinfo=UTC)
PERIODS = {"not_now": 7, "not_my_patient": 7, "not_interested": 180, "settled": 180, "not_suitable": 30}
CARD = CardSent(
    "c1", "hospital", "ann", "dr-lee", "T1", "d", "potential-candidate", ("I01", "E02"), THEN - timedelta(hours=1)
)
OTHER = replace(CARD, card="c2", trial="T2", status="eligible", open=())
SAME = {"T1": Now("potential-candidate", frozenset({"I01", "E02"})), "T2": Now("eligible", frozenset())}
SYSTEM = {reason.code: reason.system for reason in REASONS}


def said(code: str, **changes: object) -> Heard:
    return replace(Heard(1, CARD, "overridden", SYSTEM.get(code, OURS), code, THEN), **changes)  # type: ignore[arg-type]


def silent(
    heard: Heard,
    after: timedelta = timedelta(days=1),
    *,
    patient: str = "ann",
    user: str = "dr-lee",
    trials: dict[str, Now] | None = None,
    sent: tuple[CardSent, ...] | None = None,
) -> set[str]:
    """The trials that say nothing, some time after one report."""
    shown = (CARD, OTHER) if (patient, user) == ("ann", "dr-lee") else ()
    force = in_force([heard], THEN + after, PERIODS)
    return set(quieted(force, shown if sent is None else sent, trials or SAME, patient, user))


@pytest.mark.parametrize(
    ("code", "here", "other_doctor", "other_patient", "days"),
    [
        # code: this doctor and patient · another doctor, same patient · same doctor, another patient · for so long
        ("inappropriate-recipient", {"T1", "T2"}, set(), set(), 7),
        ("wrong-time-workflow", {"T1", "T2"}, set(), set(), 7),
        ("not-interested", {"T1"}, set(), {"T1"}, 180),
        ("already-screened", {"T1"}, {"T1"}, set(), 180),
        ("already-enrolled", {"T1"}, {"T1"}, set(), 180),
        ("patient-refuses", {"T1"}, {"T1"}, set(), 180),
        ("patient-ineligible", {"T1"}, set(), set(), 30),
        ("need-more-info", set(), set(), set(), 0),
        ("a-code-of-the-client", set(), set(), set(), 0),
        ("", set(), set(), set(), 0),
    ],
)
def test_a_reason_quiets_whom_it_is_about_for_its_period(
    code: str, here: set[str], other_doctor: set[str], other_patient: set[str], days: int
) -> None:
    heard = said(code)
    assert silent(heard) == here
    assert silent(heard, user="dr-roe") == other_doctor
    assert silent(heard, patient="bob") == other_patient
    assert silent(heard, user="dr-roe", patient="bob") == set()
    if days:
        assert silent(heard, timedelta(days=days, microseconds=-1)) == here
    assert silent(heard, timedelta(days=days)) == set()


def test_the_same_code_of_another_system_is_the_clients_own() -> None:
    assert silent(said("patient-refuses", system="urn:hospital:reasons")) == set()
    assert silent(said("patient-refuses", system=HL7)) == {"T1"}


def test_accepting_and_lifting_quiet_nothing() -> None:
    assert silent(said("patient-refuses", outcome="accepted")) == set()
    assert silent(said("patient-refuses", lifted=True)) == set()


SILENCING = [reason.code for reason in REASONS if reason.period]


@pytest.mark.parametrize("code", SILENCING)
@pytest.mark.parametrize(
    ("what", "now", "quiet"),
    [
        ("nothing changed", Now("potential-candidate", frozenset({"I01", "E02"})), True),
        ("one more thing is open", Now("potential-candidate", frozenset({"I01", "E02", "E03"})), True),
        ("the status changed", Now("eligible", frozenset({"I01", "E02"})), False),
        ("what was open is settled", Now("potential-candidate", frozenset({"E02"})), False),
        ("settled, another came up", Now("potential-candidate", frozenset({"E02", "E03"})), False),
    ],
)
def test_what_is_new_is_said(code: str, what: str, now: Now, quiet: bool) -> None:
    assert (silent(said(code), trials={"T1": now}) == {"T1"}) is quiet, what


def test_of_another_patient_a_trial_that_does_not_interest_stays_silent_whatever_it_says() -> None:
    assert silent(said("not-interested"), patient="bob", trials={"T1": Now("eligible", frozenset())}) == {"T1"}


@pytest.mark.parametrize(
    ("what", "sent", "quiet"),
    [
        ("told before", (CARD, OTHER), {"T1", "T2"}),
        ("never told", (CARD,), {"T1"}),
        ("told only afterwards", (CARD, replace(OTHER, sent=THEN + timedelta(hours=1))), {"T1"}),
        ("told something else since", (CARD, replace(OTHER, status="ineligible"), replace(OTHER, card="c0")), {"T1"}),
    ],
)
def test_not_now_is_about_what_this_clinician_was_told_of_the_patient(
    what: str, sent: tuple[CardSent, ...], quiet: set[str]
) -> None:
    """A trial that had not spoken when the clinician said "not now" is heard."""
    assert silent(said("wrong-time-workflow"), sent=sent) == quiet, what


def test_a_period_of_no_days_quiets_nothing() -> None:
    assert not list(in_force([said("not-interested")], THEN, {**PERIODS, "not_interested": 0}))


def test_the_first_report_that_quiets_is_named() -> None:
    reports = [replace(said("patient-refuses"), number=7), replace(said("already-enrolled"), number=3)]
    force = list(in_force(reports, THEN + timedelta(days=1), PERIODS))
    assert {trial: one.number for trial, one in quieted(force, (CARD,), SAME, "ann", "dr-lee").items()} == {"T1": 3}
