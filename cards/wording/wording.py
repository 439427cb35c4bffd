"""Findings said in a language: the one place where reasons, evidence and remedies become sentences.

`quote` is laid over every text that comes from a record, `own` over every text of a definition: `markdown.escape` and
`markdown.inline` for cards, `markdown.clean` for plain text. What rests on a restricted entry is never described.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from cards.markdown import clean
from cards.remedies import remedy_of, who_settles
from cards.wording.amounts import inside, read
from cards.wording.codes import is_code, named
from cards.wording.facts import AMOUNTS, BEGUN_FACTS, ENGINE_FACTS, OWN_FACTS, PLACED_FACTS, SET_FACTS, given, is_own
from cards.wording.language import Language, NoteWording, Wordings, choose, places
from eligibility.finding import Evidence, Fact, Finding, Ground, Reason, Who
from eligibility.trial import Part
from eligibility.truth import Truth
from eligibility.when import When

if TYPE_CHECKING:
    from eligibility.assessment import CriterionResult
    from eligibility.trial import Criterion

LABEL = 120  # a name in a record is cut here
TOPIC = 70  # what a criterion is about, in a list
SENTENCE = 400  # a criterion's sentence or a remedy, as a definition gives it
EVIDENCE = 2  # so many entries are told in a sentence
WORDS = 40  # a sentence about several rules is cut before the rule that would make it longer
_ASIDE = re.compile(r"(?:\s*\([^()]*\))+$")  # what the title of a value set adds for those who keep it
RUNNING = "active"  # what is taken: its day is the first one
CLOSING = ". 。"  # what ends a sentence of a definition
STALE = ("result-stale", "grade-stale")
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
    quote: Callable[[str, int], str] = clean  # for what a record says
    own: Callable[[str, int], str] = clean  # for what a definition says
    displays: Mapping[str, str] = field(default_factory=dict)  # a bare code → what it means, where only one is meant
    screening: frozenset[str] = frozenset()  # value sets whose tests the study team does, after consent (G13)

    def phrase(self, key: str, /, **words: str | int | date) -> str:
        """A piece of the card itself: a heading, the closing sentence. Texts are quoted already."""
        said = {name: word if isinstance(word, str) else self.language.spoken(word) for name, word in words.items()}
        return self.language.phrases[key].format_map(_Given(said))

    def sentence(self, reason: Reason, truth: Truth | None = None, evidence: str = "") -> str:
        """A reason said; a key may have wordings of its own for what was found."""
        reasons = self.language.reasons
        special = reasons.get(f"{reason.key}:{truth.value}") if truth is not None else None
        wordings = special or reasons.get(reason.key, (reason.key,))
        return self._say(wordings, reason.given, evidence=evidence)

    def because(self, finding: Finding) -> str:
        """Why the criterion has its verdict."""
        if is_restricted(finding):
            return self.phrase("restricted")
        said = tuple(dict.fromkeys(map(self._ground, finding.told)))
        words, shown = 0, 0
        for text in said:
            words += self.language.words(text)
            shown += words <= WORDS or not shown
        return self.joined(said[:shown])

    def _ground(self, ground: Ground) -> str:
        """What one rule found, and on what it rests: two entries, and how many more there are."""
        entries = (
            entry for entry in ground.evidence if entry.label not in self.language.terms
        )  # not what opened a list
        told = tuple(dict.fromkeys(map(self.dated, entries)))
        more = (self.phrase("more-grounds", n=len(told) - EVIDENCE),) if len(told) > EVIDENCE else ()
        return self.sentence(ground.reason, ground.truth, self.joined((*told[:EVIDENCE], *more)))

    def basis(self, finding: Finding) -> str:
        """On what an assumed verdict rests, without the particulars: the same for all that rest on the same silence."""
        key = str(finding.reason.given.get("key") or "")
        if not key:
            return self.phrase("basis-other")
        acute = "-acute" if finding.reason.key == "none-acute" else ""
        return self.phrase(f"basis-silence{acute}", key=self.language.terms.get(key, key))

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
        own = self.language.own
        if is_own(evidence.label):
            value = own.get(evidence.value or "") or self._word("value", evidence.value or "")
            return self.phrase("with-value", label=own[evidence.label], value=value).rstrip()
        label = self.language.terms.get(evidence.label) or self._word("label", evidence.label)
        status = self.language.statuses.get(evidence.value or "")
        if status:
            return self.phrase("with-status", label=label, status=status)
        value = self._word("value", evidence.value or "")
        return value if value.startswith(label) else self.phrase("with-value", label=label, value=value).rstrip()

    def dated(self, evidence: Evidence) -> str:
        """What one entry says, with its date."""
        said = self.evidence(evidence)
        if evidence.restricted or evidence.when is None:
            return said
        if evidence.value == RUNNING:
            return self.phrase("running", said=said, since=self.language.begun(evidence.when))
        return self.phrase("dated", said=said, day=self.day(evidence.when))

    def resolve(self, result: CriterionResult) -> Settled | None:
        """Who settles an open criterion and how (G13): in the definition's own words where it has some."""
        remedy = remedy_of(result)
        if remedy is None or is_restricted(result.finding):
            return Settled(Who.LOOK_UP, self.phrase("restricted")) if remedy else None
        who = who_settles(remedy, self.screening)
        if remedy.text:
            return Settled(who, self._own_words(result.criterion, "resolve", remedy.text))
        about = tuple(word for word in remedy.about if word not in self.language.terms)
        said = self._say(self.language.remedies.get(remedy.kind, (remedy.kind,)), {"about": about})
        return Settled(who, begun(said))

    def settled(self, result: CriterionResult) -> Settled:
        """The same, where something has to be said: a study team can look into anything."""
        return self.resolve(result) or Settled(Who.LOOK_UP, begun(self.phrase("look-into")))

    def asker(self, who: Who) -> str:
        return self.language.askers[who]

    def topic(self, result: CriterionResult) -> str:
        """What is missing, in few words: the tests, the list or the question, else the criterion's own sentence."""
        if is_restricted(result.finding):
            return self.phrase("restricted")
        topic, reason = self._topic(result), result.finding.reason
        causes = self.language.causes.get(cause_of(result)) if result.open else None
        if not causes:
            return topic
        told = self.joined(dict.fromkeys(map(self.dated, result.finding.evidence[:1])))
        return self._say(causes, reason.given, topic=topic, evidence=told)

    def _topic(self, result: CriterionResult) -> str:
        """The same by the remedy alone."""
        remedy = remedy_of(result)
        if remedy is not None and remedy.kind in TESTS:
            named = [self._test_named(name) for name in remedy.about if name in self.names]
            if named:
                return named[0]
        topic = self.language.topics.get(remedy.kind) if remedy is not None else None
        return topic or self.text(result.criterion)

    def _test_named(self, value_set: str) -> str:
        return self.language.tests.get(value_set) or inside(self.own(self.names[value_set], TOPIC))

    def is_test(self, result: CriterionResult) -> bool:
        """Whether the topic is a test that is missing or too old, not a question."""
        remedy, stale = remedy_of(result), cause_of(result) in STALE
        asked = remedy is not None and remedy.kind in TESTS and not {*remedy.about}.isdisjoint(self.names)
        return asked and (stale or self.topic(result) == self._topic(result))

    def text(self, criterion: Criterion) -> str:
        """The criterion's own sentence, without its full stop."""
        return self._own_words(criterion, "text", criterion.text)

    def reading(self, criterion: Criterion) -> str | None:
        """How an ambiguous sentence is read, as its definition says it."""
        return self._own_words(criterion, "reading", criterion.reading) if criterion.reading else None

    def _own_words(self, criterion: Criterion, part: Part, written: str) -> str:
        """A text of the definition in this language, else in the definition's own."""
        return self.own(criterion.said.translated(part, self.language.codes, written).rstrip(CLOSING), SENTENCE)

    def closed(self, text: str) -> str:
        """A fragment as a sentence of its own."""
        return sentence(text, self.language.stop)

    def joined(self, statements: Iterable[str]) -> str:
        return self.language.joined.join(statements)

    def day(self, when: date | When) -> str:
        return self.language.spoken(when)

    def listed(self, parts: list[str]) -> str:
        return self.language.listed(parts)

    def _say(self, wordings: Wordings, facts: Mapping[str, Fact], **said: str) -> str:
        """The first wording whose facts are given; `said` is quoted already, facts are quoted here."""
        known = dict(facts)
        if isinstance(facts.get("when"), When):
            known["at"] = facts["when"]
        if facts.get("sets") and "about" not in facts:
            known["about"] = facts["sets"]
        chosen = choose(wordings, given(known) | given(said))
        needed = places(chosen)
        words = {name: self.fact(name, fact) for name, fact in known.items() if name in needed} | self._test(known)
        if words.get("label") and words.get("value", "").startswith(words["label"]):
            chosen = chosen.replace("{label} {value}", "{value}")  # "NYHA class", "NYHA class II"
        return chosen.format_map(_Given(words | said))

    def fact(self, name: str, fact: Fact) -> str:
        """One fact of a reason as it stands in a sentence."""
        if isinstance(fact, tuple):
            return self.language.listed([self.fact(name, part) for part in fact])
        if isinstance(fact, str):
            return self._word(name, fact)
        if isinstance(fact, When) and name in PLACED_FACTS | BEGUN_FACTS:
            return (self.language.placed if name in PLACED_FACTS else self.language.begun)(fact)
        return self.language.spoken(fact) if fact else ""

    def _word(self, name: str, word: str) -> str:
        """A word of the engine, the name of a value set, or text of the record, by the fact it stands in."""
        if name == "label" and not word:
            return self.phrase("unnamed")
        if name in ENGINE_FACTS and word in self.language.terms:
            return self.language.terms[word]
        if name in OWN_FACTS and word in self.language.own:
            return self.language.own[word]
        if name in SET_FACTS and word in self.names:
            return self.language.tests.get(word) or self.own(_ASIDE.sub("", self.names[word]), LABEL)
        if (name in ("label", "labels", "other") and is_code(word)) or (name == "value" and word in self.displays):
            return self._coded(word)
        return self.quote(self.language.amount(read(word)) if name in AMOUNTS else word, LABEL)

    def _test(self, facts: Mapping[str, Fact]) -> dict[str, str]:
        """What a test is called that the record names by a code only: as its value set is."""
        label, sets = facts.get("label"), facts.get("sets")
        if not (isinstance(label, str) and isinstance(sets, tuple) and len(sets) == 1 and is_code(label)):
            return {}
        return {"label": self._named(self._word("sets", sets[0]), self.quote(label, LABEL))}

    def _coded(self, code: str) -> str:
        """A bare code with its name where that is known: a code alone tells a reader nothing."""
        name = named(code, self.displays)
        quoted = self.quote(code, LABEL)
        return self._named(self.own(name, LABEL), quoted) if name else self.phrase("code", code=quoted)

    def _named(self, name: str, code: str) -> str:
        return self.phrase("named-code", name=name, code=code)


class _Given(dict[str, str]):
    """A sentence whose fact is lacking is said without it: a clumsy sentence is better than no card."""

    def __missing__(self, key: str) -> str:
        return "…"


def cause_of(result: CriterionResult) -> str:
    """Why it is open, by key: a panel of which all that is recorded is too old lacks a recent result."""
    key, grounds = result.finding.reason.key, result.finding.grounds
    told = {one.reason.key for one in grounds if one.evidence and one.reason.key.startswith(("test-", "diagnosis-"))}
    return "result-stale" if key == "panel-open" and told == {"test-stale"} else key


def is_restricted(finding: Finding) -> bool:
    """Whether any entry behind it is above normal confidentiality: it decides, and is not spoken of."""
    held = (*finding.evidence, *(evidence for ground in finding.grounds for evidence in ground.evidence))
    return any(evidence.restricted for evidence in held)


def sentence(text: str, stop: str = ".") -> str:
    """A fragment as a sentence of its own."""
    return f"{begun(text).rstrip('.。')}{stop}"


def begun(text: str) -> str:
    """With a capital; eGFR and the like keep their small letter."""
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]
