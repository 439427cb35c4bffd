"""What a valid CDS Hooks card is. A card that breaks a rule of the specification cannot be built."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID, uuid5

NAMESPACE = UUID("6f4c3d1e-0b52-5c0a-9d57-3e1a8f2b7c60")  # ours alone; changing it changes every card's identity
SHORTER_THAN = 140  # CARD-2
INDICATORS = ("info", "warning", "critical")  # CARD-4
LINK_TYPES = ("absolute", "smart")  # CARD-21


class InvalidCard(ValueError):
    """A card that a CDS client would have to refuse."""


def _require(holds: bool, rule: str) -> None:
    if not holds:
        raise InvalidCard(rule)


def card_uuid(client: str, service: str, hook_instance: str, patient: str, trial: str) -> str:
    """CARD-1: the key of feedback, the same for the same call, apart for every client, patient and trial."""
    parts = (client, service, hook_instance, patient, trial)
    return str(uuid5(NAMESPACE, "".join(f"{len(part)}:{part}" for part in parts)))  # lengths keep parts apart


@dataclass(frozen=True, slots=True)
class Coding:
    """CARD-9, CARD-19: a code of a system; the display is what the clinician reads."""

    system: str
    code: str
    display: str = ""

    def as_json(self) -> dict[str, object]:
        return present({"system": self.system, "code": self.code, "display": self.display})


@dataclass(frozen=True, slots=True)
class Source:
    """CARD-5 to CARD-9: the primary source of the guidance, which is the trial's registry entry."""

    label: str
    url: str = ""
    topic: Coding | None = None

    def __post_init__(self) -> None:
        _require(bool(self.label), "CARD-6: source.label is required")
        _require(not self.url or _is_absolute(self.url), "CARD-7: source.url is an absolute URL")

    def as_json(self) -> dict[str, object]:
        topic = self.topic.as_json() if self.topic else None
        return present({"label": self.label, "url": self.url, "topic": topic})


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    type: str = "absolute"
    app_context: str = ""

    def __post_init__(self) -> None:
        _require(bool(self.label) and _is_absolute(self.url), "CARD-21: a link has a label and an absolute URL")
        _require(self.type in LINK_TYPES, "CARD-21: link.type is absolute or smart")
        _require(not self.app_context or self.type == "smart", "CARD-22: only a smart link has an appContext")

    def as_json(self) -> dict[str, object]:
        return present({"label": self.label, "url": self.url, "type": self.type, "appContext": self.app_context})


class Suggested(Protocol):
    """CARD-11 to CARD-16: what can be done with one click (`cards.suggestion`)."""

    @property
    def label(self) -> str: ...

    def as_json(self) -> dict[str, object]: ...


@dataclass(frozen=True, slots=True)
class Card:
    uuid: str
    summary: str
    source: Source
    detail: str = ""
    indicator: str = "info"
    links: tuple[Link, ...] = field(default=())
    override_reasons: tuple[Coding, ...] = field(default=())
    suggestions: tuple[Suggested, ...] = field(default=())

    def __post_init__(self) -> None:
        _require(str(UUID(self.uuid)) == self.uuid, "CARD-1: uuid is a UUID")
        _require(0 < len(self.summary) < SHORTER_THAN, "CARD-2: summary has fewer than 140 characters")
        _require("\n" not in self.summary, "CARD-2: summary is one sentence")
        _require(self.indicator in INDICATORS, "CARD-4: indicator is info, warning or critical")
        for reason in self.override_reasons:
            _require(all((reason.system, reason.code, reason.display)), "CARD-19: system, code, display are required")
        for suggestion in self.suggestions:
            _require(bool(suggestion.label), "CARD-11: a suggestion has a label")

    def as_json(self) -> dict[str, object]:
        """The card on the wire; members without a value are left out (GEN-3, GEN-4)."""
        return present(
            {
                "uuid": self.uuid,
                "summary": self.summary,
                "detail": self.detail,
                "indicator": self.indicator,
                "source": self.source.as_json(),
                "suggestions": [suggestion.as_json() for suggestion in self.suggestions],
                "selectionBehavior": "any" if self.suggestions else "",  # CARD-10: each stands alone
                "links": [link.as_json() for link in self.links],
                "overrideReasons": [reason.as_json() for reason in self.override_reasons],
            }
        )


def present(members: dict[str, object]) -> dict[str, object]:
    """GEN-2 to GEN-4: no null, no empty text, list or object on the wire."""
    return {name: value for name, value in members.items() if value not in (None, "", [], {}, ())}


def _is_absolute(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("https", "http") and bool(parts.netloc)
