"""Findings said in a language: the one place where reasons, evidence and remedies become sentences.

`quote` is laid over every text that comes from a record or a definition: `markdown.escape` for cards,
`markdown.clean` for plain text. A result that rests on a restricted entry is never described (design §6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from cards.markdown import clean
from cards.remedies import who_settles
from cards.wording.language import Language, NoteWording, Wordings, choose
from eligibility.finding import Evidence, Fact, Finding, Reason, Who
from eligibility.truth import Truth
from eligibility.when import When

if TYPE_CHECKING:
    from eligibility.assessment import CriterionResult
    from eligibility.trial import Criterion

LABEL = 120  # a name in a record is cut here
TOPIC = 70  # what a criterion is about, in a list
SENTENCE = 400  # a criterion's sentence or a remedy, as a definition gives it
EVIDENCE = 4  # so many entries are told in a sentence
ENGINE_FACTS = frozenset({"key", "section", "why", "intake", "outcome", "scale", "diagnosis"})
SET_FACTS = frozenset({"sets", "about"})
OPEN = ("unknown", "judgement")
TESTS = ("order-test", "screening-test", "record-score", "pregnancy-test")


@dataclass(frozen=True, slots=True)
class Note:
    severity: str
    text: str


@dataclass(frozen=True, slots=True)
class Settled:
    """Who settles an open criterion, and how (G13)."""

    who: Who
    text: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One language with the names of the value sets, quoting for one kind of reader."""

    language: Language
    names: Mapping[str, str] = field(default_factory=dict)  # value set or therapy → what a clinician calls it
    quote: Callable[[str, int], str] = clean
    screening: frozenset[str] = frozenset()  # value sets whose tests the study team does, after consent (G13)

    def phrase(self, key: str, **facts: Fact) -> str:
        """A piece of the card itself: a heading, the closing sentence."""
        return self._say((self.language.phrases[key],), facts)

    def sentence(self, reason: Reason, truth: Truth | None = None, evidence: str = "") -> str:
        """A reason said; a key may have wordings of its own for what was found."""
        reasons = self.language.reasons
        wordings = reasons.get(f"{reason.key}:{truth.value}" if truth else "") or reasons.get(reason.key, (reason.key,))
        return self._say(wordings, reason.given, evidence=evidence)

    def because(self, finding: Finding) -> str:
        """Why the criterion has its verdict."""
        if is_restricted(finding):
            return self.phrase("restricted")
        told = tuple(dict.fromkeys(map(self.dated, finding.evidence)))[:EVIDENCE]
        return self.sentence(finding.reason, finding.truth, "; ".join(told))

    def basis(self, finding: Finding) -> str:
        """On what an assumed verdict rests, without the particulars: the same for all that rest on the same silence."""
        key = finding.reason.given.get("key")
        return self._say((self.language.phrases["basis-silence" if key else "basis-other"],), finding.reason.given)

    def silent(self, reason: Reason) -> str:
        """Why a trial says nothing about this patient (G12b)."""
        return self._say(self.language.silences.get(reason.key, (reason.key,)), reason.given)

    def note(self, reason: Reason) -> Note:
        """A remark on the data; one without words of its own is said as a reason, as information."""
        wording = self.language.notes.get(reason.key)
        if wording is None:
            wording = NoteWording("information", self.language.reasons.get(reason.key, (reason.key,)))
        return Note(wording.severity, self._say(wording.wordings, reason.given))

    def evidence(self, evidence: Evidence) -> str:
        """What one entry says, without its date."""
        if evidence.restricted:
            return self.phrase("restricted")
        label = self.language.terms.get(evidence.label) or self.quote(evidence.label, LABEL)
        parts = [label, self.quote(evidence.value or "", LABEL)]
        return " ".join(part for part in parts if part)

    def dated(self, evidence: Evidence) -> str:
        """What one entry says, with its date."""
        said = self.evidence(evidence)
        if evidence.restricted or evidence.when is None:
            return said
        return f"{said} ({self.day(evidence.when)})"

    def resolve(self, result: CriterionResult) -> Settled | None:
        """Who settles an open criterion and how: the definition's own words, else those of the kind of remedy."""
        resolve = next(iter(result.finding.resolve), None)
        if resolve is None or result.verdict.value not in OPEN:
            return None
        if is_restricted(result.finding):
            return Settled(Who.LOOK_UP, self.phrase("restricted"))
        who = who_settles(resolve, self.screening)
        if resolve.text:
            return Settled(who, self.quote(resolve.text, SENTENCE))
        wordings = self.language.remedies.get(resolve.kind, (resolve.kind,))
        return Settled(who, self._say(wordings, {"about": resolve.about}))

    def settled(self, result: CriterionResult) -> Settled:
        """The same, where something has to be said: a study team can look into anything."""
        return self.resolve(result) or Settled(Who.LOOK_UP, self.phrase("look-into"))

    def asker(self, who: Who) -> str:
        return self.language.askers[who]

    def topic(self, result: CriterionResult) -> str:
        """What a criterion is about, in few words: what is to be tested, else its own sentence."""
        if is_restricted(result.finding):
            return self.phrase("restricted")
        about = next((resolve.about for resolve in result.finding.resolve if resolve.kind in TESTS), ())
        named = [self.quote(self.names[name], TOPIC) for name in about if name in self.names]
        if named:
            return self.language.listed(named[:3])
        return self.quote(result.criterion.text.rstrip(". "), TOPIC)

    def text(self, criterion: Criterion) -> str:
        """The criterion's own sentence."""
        return self.quote(criterion.text, SENTENCE)

    def day(self, when: date | When) -> str:
        return self.language.spoken(when)

    def listed(self, parts: list[str]) -> str:
        return self.language.listed(parts)

    def _say(self, wordings: Wordings, facts: Mapping[str, Fact], **said: str) -> str:
        """`said` is quoted already; facts are quoted here."""
        words = {name: self._fact(name, fact) for name, fact in facts.items()} | said
        return choose(wordings, words).format_map(_Given(words))

    def _fact(self, name: str, fact: Fact) -> str:
        if isinstance(fact, tuple):
            return self.language.listed([self._fact(name, part) for part in fact])
        if isinstance(fact, str):
            return self._word(name, fact)
        return self.language.spoken(fact) if fact else ""

    def _word(self, name: str, word: str) -> str:
        """A word of the engine, the name of a value set, or text of the record, by the fact it stands in."""
        if name in ENGINE_FACTS and word in self.language.terms:
            return self.language.terms[word]
        return self.quote(self.names.get(word, word) if name in SET_FACTS else word, LABEL)


class _Given(dict[str, str]):
    """A sentence whose fact is lacking is said without it: a clumsy sentence is better than no card."""

    def __missing__(self, key: str) -> str:
        return "…"


def is_restricted(finding: Finding) -> bool:
    """Whether any entry behind it is above normal confidentiality: it decides, and is not spoken of."""
    return any(evidence.restricted for evidence in finding.evidence)
