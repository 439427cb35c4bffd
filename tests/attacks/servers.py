"""Attacks by which we are made to call somebody else, or to believe him: addresses in calls, in answers, in DNS."""

from __future__ import annotations

import gzip
import os
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from tests.attacks.attack import ANSWERED, CARD, ELSEWHERE, ROW, SOCKET, TOKEN, Attack, Must, Who, answered, status
from tests.attacks.evidence import names
from tests.attacks.stage import HANGS, Hospital, call, fetching, fhir, http
from tests.trust.test_each_client import chart

WHOM = "cds_service/trust/whom.py"
ADDRESS = "cds_service/fhir/address.py"
REACH = "cds_service/reach.py"
CLIENT = "cds_service/fhir/client.py"
PROTOCOL = "cds_service/protocol.py"
FETCHING = "cds_service/fhir/fetching.py"


def spellings(stage: Hospital) -> list[str]:
    """The hospital's server and the attacker's, written so that two readers may read two servers."""
    own, evil = f"localhost:{stage.home.port}", f"localhost:{stage.evil.port}"
    paths = ("X", "/../admin", "/%2e%2e/admin", "/..%2fadmin", "/..;/admin", "/%252e%252e/x", "/.\\..\\x", "?x=1", "#x")
    hosts = (
        f"{own}@{evil}", f"{own}:x@{evil}", f"{own}\\@{evil}", f"{own}%40{evil}", f"{evil}#@{own}", f"{evil}?@{own}",
        f"{evil}/?http://{own}", f"{evil}\\{own}", f"@{own}", f":@{own}", f"user@{own}", f"{own}.evil.example", evil,
        f"evil{own}", f"local\thost:{stage.home.port}", f"local\u3002host:{stage.home.port}", "localhost", own + "0",
        f"127.0.0.1:{stage.home.port}", f"127.1:{stage.home.port}", f"[::1]:{stage.home.port}",
        f"2130706433:{stage.home.port}", f"\uff4cocalhost:{stage.home.port}", f"localhos%74:{stage.home.port}",
    )  # fmt: skip
    schemes = ("https", "ftp", "file", "gopher", "javascript", "", "HTTP\r\nX: y\r\nhttp")
    return [
        *(f"http://{own}/fhir{path}" for path in paths),
        *(f"http://{host}/fhir" for host in hosts),
        *(f"{scheme}://{own}/fhir" for scheme in schemes),
        f"//{own}/fhir", f" http://{own}/fhir ", f"http://{own}/FHIR", f"http://{own}", "file:///etc/passwd",
    ]  # fmt: skip


async def _other_servers(stage: Hospital) -> None:
    found = spellings(stage)
    assert len(found) >= 40
    for address in found:
        await stage.send(stage.token(), fetching(address))
    assert stage.read == []


async def _neighbours_server(stage: Hospital) -> None:
    for base in (f"{stage.neighbour.base}/fhir", f"{stage.neighbour.base}/fhir/"):
        await stage.send(stage.token(), fetching(base))
    assert stage.neighbour.heads == []


METADATA = (
    "169.254.169.254", "2852039166", "0xA9FEA9FE", "0xa9.0xfe.0xa9.0xfe", "0251.0376.0251.0376", "169.254.43518",
    "169.16689662", "[::ffff:a9fe:a9fe]", "[::ffff:169.254.169.254]", "[0:0:0:0:0:ffff:a9fe:a9fe]", "[fd00:ec2::254]",
    "[64:ff9b::a9fe:a9fe]", "[::169.254.169.254]", "[2002:a9fe:a9fe::1]", "169.254.169.254.", "169。254。169。254",
    "①⑥⑨.254.169.254", "168.63.129.16", "100.100.100.200", "0.0.0.0", "[::]", "224.0.0.1", "255.255.255.255",
    "[fe80::1]", "[ff02::1]",
)  # fmt: skip


async def _metadata(stage: Hospital) -> None:
    """In open mode, where other servers of this network may be named; its cloud may not."""
    for host in METADATA:
        await stage.send(None, fetching(f"http://{host}/fhir"))


LEADING = (["127.0.0.1"], ["::1"], ["169.254.169.254"], ["10.0.0.1"], ["::ffff:10.0.0.1"], ["64:ff9b::7f00:1"],
           ["93.184.215.14", "127.0.0.1"], ["2606:2800:21f:cb07::1", "fd00:ec2::254"])  # fmt: skip


async def _name_that_leads_inside(stage: Hospital) -> None:
    base = "https://fhir.hospital.example/fhir"
    stage.reread(fhir={"bases": [base]}, keys={"jwks": _own_keys()})
    for addresses in LEADING:
        with names(**{"fhir.hospital.example": addresses}) as asked:
            await stage.send(stage.token(), fetching(base))
        assert set(asked) <= {"fhir.hospital.example"}


async def _own_network_is_not_this_machine(stage: Hospital) -> None:
    base = "https://fhir.hospital.example/fhir"
    stage.reread(fhir={"bases": [base], "private_network": True}, keys={"jwks": _own_keys()})
    for addresses in (["127.0.0.1"], ["169.254.169.254"], ["10.0.0.1", "127.0.0.1"], ["0.0.0.0"]):
        with names(**{"fhir.hospital.example": addresses}):
            await stage.send(stage.token(), fetching(base))


def _own_keys() -> Any:
    return fhir("/keys")


def linking(links: Callable[[Hospital], Iterable[str]]) -> Callable[[Hospital], Awaitable[None]]:
    """Each search of the hospital's server is answered with a page whose next page is said to be there."""

    async def attempt(stage: Hospital) -> None:
        for link in links(stage):
            stage.home.usually = lambda path, link=link: _paged(path, link)
            await stage.send(stage.token(), fetching(f"{stage.home.base}/fhir"))
            assert stage.home.heads
        assert not [path for path in stage.read if "next-page" in path]

    return attempt


def _paged(path: str, link: str) -> Any:
    answer = fhir(path)
    if isinstance(answer, dict) and answer.get("resourceType") == "Bundle":
        return {**answer, "link": [{"relation": "next", "url": link}]}
    return answer


def next_links(stage: Hospital) -> list[str]:
    own, evil = f"localhost:{stage.home.port}", f"localhost:{stage.evil.port}"
    return [
        f"http://{evil}/fhir/next-page", f"//{evil}/fhir/next-page", f"https://{own}/fhir/next-page",
        f"http://{own}@{evil}/fhir/next-page", f"http://{own}/admin/next-page", "/admin/next-page",
        f"http://{own}/fhir/../next-page", "../next-page", f"http://{own}/fhir/%2e%2e/next-page",
        f"http://{own}\\@{evil}/fhir/next-page", f"http://127.0.0.1:{stage.home.port}/fhir/next-page",
        "http://169.254.169.254/next-page", "file:///etc/next-page", f"http://{own}/fhirX/next-page",
    ]  # fmt: skip


async def _endless(stage: Hospital) -> None:
    numbers = iter(range(10_000))
    stage.home.usually = lambda path: _paged(path, f"{stage.home.base}/fhir/Observation?page={next(numbers)}")
    await stage.send(stage.token(), fetching(f"{stage.home.base}/fhir"))
    assert len(stage.read) <= 12 * 20, len(stage.read)


async def _circle(stage: Hospital) -> None:
    stage.home.usually = lambda path: _paged(path, f"{stage.home.base}{path}")
    await stage.send(stage.token(), fetching(f"{stage.home.base}/fhir"))
    assert len(stage.read) == len(set(stage.read))


async def _references(stage: Hospital) -> None:
    for reference in (f"{stage.evil.base}/fhir/Medication/m1", "//evil.example/fhir/Medication/m1", "../../keys",
                      "Medication/../../keys", "Medication/m1?x=http://evil.example",
                      "http://169.254.169.254/Medication/1"):  # fmt: skip
        order = {"resourceType": "MedicationRequest", "id": "r1", "status": "active", "intent": "order",
                 "subject": {"reference": "Patient/selma"},
                 "medicationReference": {"reference": reference}}  # fmt: skip
        bundle = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": order}]}
        await stage.send(stage.token(), call({**chart(), "requests": bundle}, **_access(stage)))
    assert not [path for path in stage.read if path.startswith("Medication/")]
    assert stage.home.asked.count("/keys") == 1


def _access(stage: Hospital) -> Any:
    made = fetching(f"{stage.home.base}/fhir")
    return {name: made[name] for name in ("fhirServer", "fhirAuthorization")}


async def _redirects(stage: Hospital) -> None:
    for code in ("301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"):
        stage.home.usually = lambda path, code=code: (
            fhir(path) if path == "/keys" else http(b"", code, location=f"{stage.evil.base}{path}")
        )
        await stage.send(stage.token(), fetching(f"{stage.home.base}/fhir"))
    assert len(stage.read) >= 5


async def _bomb(stage: Hospital) -> None:
    bomb = gzip.compress(b'{"resourceType":"Bundle","x":"' + b"a" * 40_000_000 + b'"}')
    stage.home.usually = lambda path: fhir(path) if path == "/keys" else http(bomb, **{"content-encoding": "gzip"})
    await stage.send(stage.token(), fetching(f"{stage.home.base}/fhir"))
    assert stage.read


async def _hangs(stage: Hospital) -> None:
    stage.reread(deadline="0.3")
    stage.home.usually = lambda path: fhir(path) if path == "/keys" else HANGS
    await stage.send(stage.token(), fetching(f"{stage.home.base}/fhir"))
    assert stage.read


async def _somebody_else(stage: Hospital) -> None:
    """The server answers with the record of another patient."""
    other = {**chart()["patient"], "id": "another"}
    stage.home.says["/fhir/Patient/selma"] = http(other)
    body = fetching(f"{stage.home.base}/fhir")
    del body["prefetch"]
    await stage.send(stage.token(), body)
    await stage.send(stage.token(), call({**chart(), "patient": other}))


PATIENTS = ("../Practitioner/doc", "selma/../another", "selma?_include=*", "selma&patient=another", "selma#x", "..",
            "selma|another", "selma,another", "%2e%2e", "selma/$everything", "selma\r\nX: y", "selma\x00", "",
            "s" * 129)  # fmt: skip


async def _patients(stage: Hospital) -> None:
    for patient in PATIENTS:
        body = fetching(f"{stage.home.base}/fhir", context={"userId": "Practitioner/doc", "patientId": patient})
        await stage.send(stage.token(), body)
    assert stage.read == []


async def _access_tokens(stage: Hospital) -> None:
    for odd in ("a\r\nX-Evil: y", "a b", "a\x00", "ä", "", 7, None):
        body = fetching(f"{stage.home.base}/fhir", token="x")
        body["fhirAuthorization"]["access_token"] = odd
        await stage.send(stage.token(), body)
    body = fetching(f"{stage.home.base}/fhir")
    body["fhirAuthorization"]["patient"] = "another"
    await stage.send(stage.token(), body)
    assert stage.read == []


async def _proxy(stage: Hospital) -> None:
    os.environ.update(dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), stage.evil.base))
    try:
        await stage.send(stage.token(), fetching(f"{stage.home.base}/fhir"))
    finally:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            os.environ.pop(name)
    assert stage.read


def row(
    name: str, who: Who, how: str, attempt: Any, must: Must, *never: Any, at: str, stage: str = "hospital"
) -> Attack:
    return Attack(name, who, how, must, never, at, attempt, stage)


SERVERS: tuple[Attack, ...] = (
    row("another FHIR server", Who.CLIENT, "names another server in 45 spellings that may be read as the hospital's",
        _other_servers, ANSWERED, ELSEWHERE, TOKEN, at=WHOM),
    row("the neighbour's FHIR server", Who.CLIENT, "names, with its own good token, the server of another client",
        _neighbours_server, ANSWERED, ELSEWHERE, TOKEN, at=WHOM),
    row("the cloud's metadata", Who.STRANGER, "names metadata and special addresses in 25 spellings, in open mode",
        _metadata, ANSWERED, SOCKET, TOKEN, at=REACH, stage="open"),
    row("a name that leads inside", Who.NETWORK,
        "has DNS answer with this machine, its network, its cloud, or with a good address and a bad one",
        _name_that_leads_inside, ANSWERED, SOCKET, TOKEN, at="cds_service/pinned.py"),
    row("this machine as the hospital's network", Who.NETWORK,
        "does the same where the file allows the hospital's private network", _own_network_is_not_this_machine,
        ANSWERED,
        SOCKET, TOKEN, at=REACH),
    row("a proxy in the environment", Who.INSIDER, "sets HTTP_PROXY for the service", _proxy, ANSWERED, ELSEWHERE,
        TOKEN, at=CLIENT),
)  # fmt: skip

ANSWERS: tuple[Attack, ...] = (
    row("a next page elsewhere", Who.SERVER, "answers with next links to other hosts, schemes, paths, dot segments",
        linking(next_links), ANSWERED, ELSEWHERE, TOKEN, at=ADDRESS),
    row("pages without end", Who.SERVER, "answers each page with another next page", _endless, ANSWERED, ELSEWHERE,
        at=FETCHING),
    row("pages in a circle", Who.SERVER, "answers with a next page that was read already", _circle, ANSWERED, ELSEWHERE,
        at=FETCHING),
    row("a reference elsewhere", Who.AUTHOR, "writes absolute and climbing references into a medication order",
        _references, ANSWERED, ELSEWHERE, TOKEN, at="cds_service/fhir/references.py"),
    row("a redirect elsewhere", Who.SERVER, "redirects reads to another host, 301 to 308", _redirects, ANSWERED,
        ELSEWHERE, TOKEN, at=CLIENT),
    row("an answer that unpacks", Who.SERVER, "answers with 40 MB in 40 KB of gzip", _bomb, ANSWERED, ELSEWHERE,
        at=CLIENT),
    row("a server that never answers", Who.SERVER, "takes the connection and stays silent", _hangs, ANSWERED, ELSEWHERE,
        at=FETCHING),
    row("another patient's record", Who.SERVER, "answers, or prefetches, the Patient of somebody else", _somebody_else,
        Must("400 or 412: without the right patient nothing is assessed", answered(400, 412)), CARD, ROW,
        at="cds_service/fhir/gather.py"),
    row("a patient id that is a path", Who.CLIENT, "puts paths, queries and line breaks into context.patientId",
        _patients, status(400, "names the rule CTX-2"), CARD, ROW, ELSEWHERE, TOKEN, at=PROTOCOL),
    row("an access token of two lines", Who.CLIENT, "puts a header into the access token; or is for another patient",
        _access_tokens, status(400, "names the rule FHIR-2"), CARD, ROW, ELSEWHERE, at=PROTOCOL),
)  # fmt: skip
