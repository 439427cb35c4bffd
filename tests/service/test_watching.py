"""What is counted: a figure takes the words of its table and no others, whatever it is given; no patient is in it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client import Counter, Gauge, Histogram

from cds_service import figures, watching
from cds_service.errors import STATUS, UNEXPECTED
from cds_service.fhir.queries import queries
from cds_service.upstream.servers import Servers, Sparing
from cds_service.watching import OTHER, TABLE, Names, Watch, Words
from eligibility.assessment import EligibilityStatus
from eligibility.finding import Evidence, Finding, Reason
from eligibility.truth import Truth
from tests.service.calling import SERVICE, TERMINOLOGY, Service, hook_call, nothing_but, without
from tests.service.ehr import PATIENT_ID, Ehr
from tests.trust.conftest import clock, folder, keys, signed  # noqa: F401 — fixtures
from tests.trust.hospital import Signed

EVIL = ("Patient/4711", "Jane Roe", "1970-01-01", "<script>", "", "x" * 500, PATIENT_ID, "Ä", "a\nb", None, 7)
LABELS = [(name, label) for name, figure in TABLE.items() for label in figure.labels]


def samples(watch: Watch = watching.WATCH) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every number, by name and labels."""
    found = [sample for family in watch.registry.collect() for sample in family.samples]
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for one in found}


def used(watch: Watch, name: str, **labels: Any) -> None:
    """The figure used once, in the way of its kind."""
    kind = TABLE[name].kind
    if kind is Counter:
        watch.count(name, **labels)
    elif kind is Histogram:
        watch.observe(name, 0.1, **labels)
    else:
        assert kind is Gauge
        watch.show(name, 1, **labels)


@pytest.mark.parametrize(("name", "label"), LABELS, ids=[f"{name}-{label}" for name, label in LABELS])
def test_a_label_takes_its_own_words_and_makes_anything_else_other(name: str, label: str) -> None:
    watch = Watch()
    takes = TABLE[name].labels[label]
    words = sorted(takes.words if isinstance(takes, Words) else takes.known)
    for given in (*words, *EVIL):
        used(watch, name, **{label: given})
    told = {dict(labels)[label] for (sample, labels) in samples(watch) if label in dict(labels)}
    assert told == {*words, OTHER}


def test_a_label_of_names_takes_what_was_made_known_and_only_so_many() -> None:
    names = Names(3, {"a"})
    assert [names.value(one) for one in ("a", "b")] == ["a", OTHER]
    names.know(["d", "c", "b"])
    assert [names.value(one) for one in "abcd"] == ["a", "b", "c", OTHER]
    names.know([])
    assert names.value("d") == OTHER


def test_the_service_makes_its_trials_keys_and_clients_known(
    signed: Signed,  # noqa: F811
) -> None:
    assert {query.key for query in queries(TERMINOLOGY.value_sets)} <= watching.KEY.known
    assert {trial.nct_id for trial in signed.app.state.catalogue.trials} <= watching.TRIAL.known
    assert {"open", "example-hospital"} <= watching.CLIENT.known


def test_every_status_of_ours_fits_its_label() -> None:
    assert {one.value for one in EligibilityStatus} == watching.STANDING.words
    assert {str(status) for status, _ in (*STATUS.values(), UNEXPECTED)} <= watching.STATUS.words


@pytest.mark.parametrize("name", ["no-such-figure", "cards_total"])
def test_a_figure_that_is_not_in_the_table_is_a_mistake(name: str) -> None:
    with pytest.raises(KeyError):
        watching.count(name)
    with pytest.raises(KeyError):
        watching.count("shed", patient="x")


STATES = [
    ("sent", "used"),
    ("nothing", "null"),
    ("absent, not-sent", "absent"),
    ("absent, server-not-allowed", "absent"),
    ("fetched", "fetched"),
    ("fetched, refused", "refused"),
    ("fetched, not-authorised", "refused"),
    ("sent, refused", "refused"),
    ("absent", "absent"),
    ("fetched, out-of-time", "partial"),
    ("sent, more-pages", "partial"),
    ("sent, not-fhir", "partial"),
    ("what is this", OTHER),
]


@pytest.mark.parametrize(("state", "how"), STATES)
def test_how_a_key_came(state: str, how: str) -> None:
    assert figures.how(state) == how


def hole(why: str) -> Finding:
    return Finding(Truth.MISSING, Reason.of("hole", section="observations", why=why))


GROUPS = [
    (hole("refused"), "not-read"),
    (hole("not-sent"), "not-read"),
    (hole("out-of-time"), "not-in-time"),
    (hole("resting"), "not-in-time"),
    (hole("no-code"), "not-understood"),
    (Finding(Truth.MISSING, Reason.of("never-measured")), "not-recorded"),
    (Finding(Truth.MISSING, Reason.of("test-none")), "not-recorded"),
    (Finding(Truth.MISSING, Reason.of("result-stale")), "stale"),
    (Finding(Truth.MISSING, Reason.of("treatment-when-unknown")), "undated"),
    (Finding(Truth.MISSING, Reason.of("panel-undecided")), OTHER),
    (
        Finding(
            Truth.MISSING, Reason.of("never-measured"), evidence=(Evidence("Observation/1", "x", restricted=True),)
        ),
        "restricted",
    ),
]


@pytest.mark.parametrize(("finding", "group"), GROUPS, ids=[group for _, group in GROUPS])
def test_why_something_stayed_unknown(finding: Finding, group: str) -> None:
    assert figures.group_of(finding) == group


async def test_a_call_adds_to_the_figures_and_leaves_no_trace_of_its_patient() -> None:
    service = Service(Ehr(), judge=None)
    before = samples()
    prefetch = without(nothing_but(), "allergies")
    assert (await service.call(prefetch)).status_code == 200
    assert (await service.http.post(SERVICE, content=b"{")).status_code == 415
    after = samples()

    def more(name: str, **labels: str) -> float:
        key = (name, tuple(sorted(labels.items())))
        return after[key] - before.get(key, 0.0)

    assert more("cds_prefetch_key_total", key="allergies", how="absent") == 1
    assert more("cds_prefetch_key_total", key="patient", how="used") == 1
    assert more("cds_prefetch_key_total", key="conditions", how="null") == 1
    assert more("cds_call_seconds_count", client="open") == 1
    assert more("cds_refused_call_total", status="415") == 1
    told = " ".join(value for _, labels in after for _, value in labels)
    assert PATIENT_ID not in told
    assert hook_call()["hookInstance"] not in told


@pytest.fixture
def address() -> Iterator[str]:
    port, stop = watching.told(0)
    yield f"http://127.0.0.1:{port}/metrics"
    stop()


def test_the_figures_are_read_on_loopback_in_the_form_of_prometheus(address: str) -> None:
    watching.count("shed")
    answer = requests.get(address, timeout=10)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/plain")
    assert "# TYPE cds_shed_total counter" in answer.text
    assert "# TYPE cds_call_seconds histogram" in answer.text
    assert "process_open_fds" in answer.text


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        watching.told(taken.getsockname()[1])


def test_the_page_on_operations_lists_every_figure() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    suffix = {Counter: "_total", Histogram: "", Gauge: ""}
    assert [name for name, one in TABLE.items() if f"`cds_{name}{suffix[one.kind]}`" not in page] == []


def test_breakers_that_are_open_are_shown_by_client_until_they_close() -> None:
    servers = Servers(Sparing(failures=1, rest=60))
    shown = []
    for base, answers in (("https://a", 0), ("https://b", 0), ("https://a", 1), ("https://b", 1)):
        servers.admits("open", base)
        servers.heard("open", base, requests=1, answers=answers)
        shown.append(samples()[("cds_breaker_open", (("client", "open"),))])
    assert shown == [1, 2, 1, 0]
