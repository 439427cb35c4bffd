"""The report: what was made of the cards, whom silences concern, and no figure in which somebody could be seen."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fhir.resources.R4B.codesystem import CodeSystem

from cards.override import HL7, OURS, REASONS
from cards.wording.en import PHRASES
from cds_service.cli import main
from cds_service.feedback.memory import age_band, usual_periods
from cds_service.feedback.report import Kept, as_json, report
from cds_service.feedback.report_text import as_text
from cds_service.feedback.words import CardSent, Heard, Item
from cds_service.store import Store

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
Captured = pytest.CaptureFixture[str]


def sent(number: int, sex: str = "female", band: str = "40-49", **changes: str) -> CardSent:
    card = CardSent(f"c{number}", "h", f"p{number}", "lee", "T1", "d", "potential-candidate", ("I01", "E02"), NOW)
    return replace(card, sex=sex, age_band=band, **changes)  # type: ignore[arg-type]


def heard(number: int, card: CardSent, code: str = "", system: str = HL7, outcome: str = "overridden") -> Heard:
    return Heard(number, card, outcome, system if code else "", code, NOW - timedelta(days=1))


def found(cards: list[CardSent], said: list[Heard], **periods: int) -> dict[str, object]:
    whole = as_json(report(Kept(tuple(cards), tuple(said), {"h": {**usual_periods(), **periods}}, {}), NOW))
    return {**whole["trials"][0], "silences": whole["silences"]}


def test_acceptance_reasons_and_what_is_disputed() -> None:
    cards = [sent(n) for n in range(6)]
    cards[1] = replace(cards[1], open=("E02",))
    told = found(
        cards,
        [
            heard(1, cards[0], outcome="accepted"),
            heard(2, cards[0], "patient-ineligible"),
            heard(3, cards[1], "need-more-info"),
            heard(4, cards[2], "patient-refuses"),
            heard(5, cards[3]),
            heard(6, cards[3], "of their own", "urn:h"),
        ],
    )
    assert (told["cards"], told["accepted"], told["overridden"], told["unanswered"]) == (6, 1, 4, 2)
    assert told["disputed"] == {"E02": 2, "I01": 1}
    assert told["reasons"] == {
        "a code of the client's own": 1,
        "need-more-info": 1,
        "no reason given": 1,
        "patient-ineligible": 1,
        "patient-refuses": 1,
    }


def test_every_silence_in_force_is_listed_with_its_number_and_end() -> None:
    lifted = replace(heard(3, sent(3), "patient-refuses"), lifted=True)
    over = replace(heard(4, sent(4), "wrong-time-workflow"), received=NOW - timedelta(days=7))
    silences = found([sent(1)], [heard(1, sent(1), "not-interested", OURS), heard(2, sent(2)), lifted, over])[
        "silences"
    ]
    assert silences == [
        {
            "id": 1,
            "client": "h",
            "trial": "T1",
            "reason": "not-interested",
            "quiets": "this clinician, this trial",
            "patient": "p1",
            "clinician": "lee",
            "since": "2026-11-20T12:00:00+00:00",
            "until": "2027-05-19T12:00:00+00:00",
        }
    ]
    assert found([sent(1)], [heard(1, sent(1), "not-interested", OURS)], not_interested=0)["silences"] == []


@pytest.mark.parametrize(
    ("women", "men", "others", "shown"),
    [
        (12, 15, 11, {"female": 12, "male": 15, "other": None, "unknown": None}),  # one hidden could be subtracted
        (12, 9, 0, {"female": 12, "male": None, "other": None, "unknown": None}),
        (10, 10, 9, {"female": 10, "male": 10, "other": None, "unknown": None}),
        (9, 0, 0, {"female": None, "male": None, "other": None, "unknown": None}),
    ],
)
def test_small_cells_are_hidden(women: int, men: int, others: int, shown: dict[str, int | None]) -> None:
    sexes = ["female"] * women + ["male"] * men + ["other"] * others
    told = found([sent(n, sex) for n, sex in enumerate(sexes)], [])
    assert {cell["name"]: cell["cards"] for cell in told["bySex"]} == shown  # type: ignore[attr-defined]


def test_unequal_silencing_is_seen() -> None:
    cards = [sent(n, "female" if n < 20 else "male", "30-39" if n % 2 else "60-69") for n in range(60)]
    said = [heard(n, cards[n], "patient-ineligible") for n in (*range(15), *range(20, 32))]
    told = found(cards, said)
    silenced = {cell["name"]: (cell["cards"], cell["silenced"]) for cell in told["bySex"]}  # type: ignore[attr-defined]
    assert (silenced["female"], silenced["male"]) == ((20, 15), (40, 12))
    ages = {cell["name"]: cell["silenced"] for cell in told["byAge"] if cell["silenced"]}  # type: ignore[attr-defined]
    assert ages == {"30-39": 13, "60-69": 14}


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(1986, 11, 21), "40-49"),
        (date(1986, 11, 22), "30-39"),
        (date(2026, 11, 21), "0-9"),
        (date(1936, 11, 21), "90+"),
        (date(1911, 1, 1), "90+"),
        (date(2026, 11, 22), "unknown"),
    ],
)
def test_ages_are_kept_as_bands_of_ten_years(born: date, band: str) -> None:
    assert age_band(born, NOW.date()) == band


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with one card that was put aside."""
    for name in [name for name in os.environ if name.startswith("CDS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CDS_DATA", str(tmp_path))

    async def fill() -> None:
        store = Store(f"sqlite:///{tmp_path}/cds-service.db", b"k" * 32)
        await store.start()
        now = datetime.now(UTC)
        await store.feedback.remember([replace(sent(1), sent=now)])
        item = Item("c1", "overridden", now, (), HL7, "patient-refuses", "Mrs Canary said no")
        await store.feedback.add("h", [item], now)
        await store.close()

    asyncio.run(fill())
    return tmp_path


def test_the_command_reports_and_lifts(kept: Path, capfd: Captured) -> None:
    assert main(["feedback"]) == 0
    told = capfd.readouterr().out
    assert "T1: 1 cards, 0 accepted, 1 overridden, 0 without an answer" in told
    assert "1: h, T1, patient-refuses (everyone, this patient and trial)" in told
    assert "Canary" not in told
    assert main(["feedback", "lift", "1"]) == 0
    capfd.readouterr()
    assert main(["feedback", "--format", "json", "--client", "h"]) == 0
    after = json.loads(capfd.readouterr().out)
    assert after["silences"] == []
    assert after["trials"][0]["reasons"] == {"patient-refuses": 1}
    assert main(["feedback", "--client", "another"]) == 0
    assert "No card" in capfd.readouterr().out


def test_a_number_that_is_none_and_a_database_that_is_none_are_refused(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capfd: Captured
) -> None:
    assert main(["feedback", "lift", "77"]) == 2
    assert "no feedback of number 77" in capfd.readouterr().err
    monkeypatch.setenv("CDS_DATABASE_URL", f"sqlite:///{kept}/no/such/folder/x.db")
    monkeypatch.setenv("CDS_AUDIT_KEY", "k" * 32)
    assert main(["feedback"]) == 2
    assert "CDS_DATABASE_URL" in capfd.readouterr().err


def test_nothing_sent_is_said() -> None:
    assert as_text(report(Kept((), (), {}, {}), NOW)) == "No card has been sent."


def test_our_published_reasons_are_those_of_the_code() -> None:
    text = (ROOT / "docs" / "CodeSystem-override-reason.json").read_text(encoding="utf-8")
    published = json.loads(text)
    CodeSystem.model_validate_json(text)
    ours = [reason for reason in REASONS if reason.system == OURS]
    assert published["url"] == OURS
    assert published["count"] == len(ours)
    assert published["concept"] == [
        {
            "code": reason.code,
            "display": PHRASES[f"override-{reason.code}"],
            "definition": f"Quiets: {reason.quiets.value}.",
        }
        for reason in ours
    ]
