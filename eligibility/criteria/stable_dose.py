"""Whether a regimen (drug and daily dose) is unchanged for so long before the anchor, or none is taken."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from eligibility.case import exposure_evidence
from eligibility.criteria.absence import absence, beside
from eligibility.criteria.criterion import Facts, Need, Rule, SpanText, finding
from eligibility.criteria.current import doubt, is_assumed, latest_end, taken_now, told_by, told_intake
from eligibility.criteria.drug_history import orders_behind
from eligibility.criteria.regimen import GoesOn, Regimen, Renewals, regimens_of, same_regimen
from eligibility.criteria.words import Keys, Match, TherapyWords
from eligibility.finding import Finding, Reason, Resolve, Turn
from eligibility.record import Exposure, Intake, Section, Source
from eligibility.truth import Truth, all_of
from eligibility.when import EARLIEST, When, next_day

if TYPE_CHECKING:
    from eligibility.case import Case


class StableDoseRule(Rule, TherapyWords):
    """No start, switch, stop or change of dose after anchor − `at_least`; the boundary day passes.

    Judgement-marked drugs that changed: judgement. Not taking any now: true, "not applicable", also when stopped
    inside the window (a note says so). No dosage: the start date alone counts, with a note. A taper is no stable dose
    that could be read: missing.
    """

    at_least: SpanText
    before: Literal["screening", "first-dose"] = "screening"
    silence: Keys = ("medication-list",)

    def evaluate(self, case: Case) -> Finding:
        said = [
            (now, m)
            for m in self.matches(case)
            if isinstance(m.entry, Exposure) and (now := taken_now(m.entry, case)) is not None
        ]
        current: list[tuple[Truth, Match]] = [(now, m) for now, m in said if now is not Truth.FALSE]
        past = [m for now, m in said if now is Truth.FALSE and _was_taken(m)]
        if not current:
            return self._none([m for _, m in said], past, case)
        return self._regimen(current, past, case)

    def needs(self, case: Case) -> frozenset[Need]:
        return frozenset({Need(Section.MEDICATIONS, frozenset(self.expanded(case)))})

    def _limit(self, case: Case) -> date:
        return self.at_least.ago(case.anchor(self.before))

    def _none(self, said: list[Match], past: list[Match], case: Case) -> Finding:
        shown = tuple(exposure_evidence(m.entry) for m in said if isinstance(m.entry, Exposure))
        none = absence(case, self.silence, self.expanded(case), Section.MEDICATIONS, (), truth=Truth.TRUE)
        found = beside(none, shown)
        recent = [
            e
            for m in past
            if isinstance(e := m.entry, Exposure) and e.end is not None and e.end.last > self._limit(case)
        ]
        notes = tuple(Reason.of("stopped-lately", label=e.label, when=e.end) for e in recent)
        return found.but(notes=notes)

    def _regimen(self, current: list[tuple[Truth, Match]], past: list[Match], case: Case) -> Finding:
        begun = _begun(current, [e for m in past if isinstance(e := m.entry, Exposure)], case)
        changes = [(self._unchanged(start, now, match, case), start, match) for now, match, start in begun]
        goes_on = GoesOn(e for _, m in current if isinstance(e := m.entry, Exposure))
        for match in past:
            if isinstance(match.entry, Exposure) and (stopped := goes_on.stopped(match.entry, case)) is not Truth.FALSE:
                stop = _stop(match.entry, case.as_of)
                settled = self._unchanged(stop, Truth.TRUE, match, case)
                changes.append((settled if stopped is Truth.TRUE else settled | stopped, stop, match))
        truth = all_of([t for t, _, _ in changes])
        return self._found(truth, changes, case)

    def _unchanged(self, change: When, now: Truth, match: Match, case: Case) -> Truth:
        """A drug that is perhaps not taken now is perhaps no matter of this criterion, however lately it began."""
        limit, entry = self._limit(case), match.entry
        settled = change.on_or_before(limit)
        if now is not Truth.TRUE:
            return Truth.MISSING if settled is Truth.MISSING else now
        if settled is Truth.FALSE and match.worth is not Truth.TRUE:
            return match.worth
        if settled is Truth.TRUE and isinstance(entry, Exposure) and entry.dose.varies:
            return Truth.MISSING if entry.intake is Intake.ACTIVE else settled
        return settled

    def _found(self, truth: Truth, changes: list[tuple[Truth, When, Match]], case: Case) -> Finding:
        held = [(t, w, e) for t, w, m in changes if isinstance(e := m.entry, Exposure)]
        deciding = [(w, e) for t, w, e in held if t is truth] or [(w, e) for _, w, e in held]
        entries = [e for _, e in deciding]
        turn = self._turn([(t, w, e) for t, w, e in held], case) if truth is not Truth.TRUE else None
        undosed = any(not e.dose.stated for e in entries) and truth is Truth.TRUE
        last, about = max(deciding, key=lambda pair: pair[0].last)
        key, facts = _told(truth, about, last, case)
        return finding(
            truth,
            key,
            *dict.fromkeys(one for e in entries for one in told_by(e, case)),
            assumed=all(is_assumed(e, case) for e in entries),
            resolve=Resolve("reconcile-medication", (entries[0].label,)),
            turn=turn,
            **{"span": self.at_least, "clear_on": turn.day if turn else None, **facts},
            notes=(Reason.of("dose-not-recorded", label=entries[0].label),) if undosed else (),
        )

    def _turn(self, changes: list[tuple[Truth, When, Exposure]], case: Case) -> Turn | None:
        """Last change + span; none where something else than time is missing."""
        open_ = [(w, e) for t, w, e in changes if t is not Truth.TRUE]
        settled = (Truth.TRUE, Truth.FALSE)
        if any(w.first == EARLIEST or taken_now(e, case) not in settled for w, e in open_):
            return None
        return Turn(max(self.at_least.after(w.last) for w, _ in open_), Truth.TRUE) if open_ else None


def _begun(current: list[tuple[Truth, Match]], past: list[Exposure], case: Case) -> list[tuple[Truth, Match, When]]:
    """Since when each current record's regimen is taken: past records that reach it count, and those that it renews."""
    earlier = _Earlier(past, case.as_of)
    taken = [(now, m, e) for now, m in current if isinstance(e := m.entry, Exposure)]
    starts = [(now, m, e, earlier.since(e, _ordered(e, case))) for now, m, e in taken]
    renewals = Renewals((now, e, start) for now, _, e, start in starts)
    return [(now, m, renewals.since(e, start)) for now, m, e, start in starts]


def _was_taken(match: Match) -> bool:
    return isinstance(match.entry, Exposure) and match.entry.intake is not Intake.NOT_TAKEN


_KEYS = {
    Truth.TRUE: "dose-stable",
    Truth.FALSE: "dose-changed",
    Truth.JUDGEMENT: "dose-changed-to-judge",
    Truth.MISSING: "dose-stability-unknown",
}


def _told(truth: Truth, entry: Exposure, change: When, case: Case) -> tuple[str, Facts]:
    """The key of the sentence and its facts: since when, or why that is not known."""
    now = taken_now(entry, case)
    if truth is Truth.MISSING and now is Truth.MISSING:
        return doubt(entry, case)
    if truth is Truth.MISSING and entry.dose.varies:
        return "dose-varies", {"label": entry.label}
    stopped = now is Truth.FALSE
    return _KEYS[truth], {
        "label": entry.label,
        "since": change if change.first != EARLIEST else None,
        "changed": change if change.first != EARLIEST else None,
        "last": change if stopped else None,
        "intake": told_intake(entry),
    }


def _start(entry: Exposure, as_of: date) -> When:
    if entry.start is None or entry.source is Source.DISPENSE:  # nobody knows when what was handed over is begun
        return When(EARLIEST, as_of)
    return entry.start.until(as_of) or When.on(as_of)


def _ordered(entry: Exposure, case: Case) -> When | None:
    """Since when the orders behind a statement that tells no beginning have been for the same regimen, all of them."""
    orders = orders_behind(entry, case)
    if not orders or not all(same_regimen(order, entry) for order in orders):
        return None
    return max((order.start for order in orders if order.start), key=lambda when: (when.last, when.first))


def _stop(entry: Exposure, as_of: date) -> When:
    if entry.end is not None:
        return entry.end.until(as_of) or When.on(as_of)
    start = _start(entry, as_of)
    latest = latest_end(entry, as_of)
    return When(start.first, max(start.first, latest))


class _Earlier:
    """Past records: how far back a regimen goes that is taken now. However many they are, each start is asked once."""

    def __init__(self, past: list[Exposure], as_of: date) -> None:
        self._as_of = as_of
        self._past = past
        self._told: dict[tuple[When, frozenset[Regimen]], When] = {}
        self._taken: dict[frozenset[Regimen], _Taken] = {}

    def since(self, entry: Exposure, ordered: When | None) -> When:
        """The day from which this drug is taken in this dose; earlier records of the regimen that reach it count."""
        start, regimens = ordered or _start(entry, self._as_of), regimens_of(entry)
        passed = []
        while (start, regimens) not in self._told:
            passed.append((start, regimens))
            further = self._of(regimens).before(start)
            if further is None:
                break
            start = further
        reached = self._told.get((start, regimens), start)
        self._told.update(dict.fromkeys(passed, reached))
        return reached

    def _of(self, regimens: frozenset[Regimen]) -> _Taken:
        if regimens not in self._taken:
            same = (one for one in self._past if not regimens.isdisjoint(regimens_of(one)))
            self._taken[regimens] = _Taken.of((_start(one, self._as_of), _stop(one, self._as_of)) for one in same)
        return self._taken[regimens]


@dataclass(frozen=True, slots=True)
class _Taken:
    """When a regimen was begun and stopped, latest beginning first, and the last stop from each place on."""

    times: tuple[tuple[When, When], ...]
    last: tuple[date, ...]

    @classmethod
    def of(cls, times: Iterable[tuple[When, When]]) -> _Taken:
        latest_first = sorted(times, key=lambda pair: pair[0].first, reverse=True)
        last = accumulate((ends.last for _, ends in reversed(latest_first)), max)
        return cls(tuple(latest_first), tuple(last)[::-1])

    def before(self, start: When) -> When | None:
        """The beginning of the next earlier time that reaches this one, or None."""
        place = bisect_right(self.times, -start.first.toordinal(), key=lambda pair: -pair[0].first.toordinal())
        while place < len(self.times) and next_day(self.last[place]) >= start.first:
            begins, ends = self.times[place]
            if next_day(ends.last) >= start.first:
                sure = next_day(ends.first) >= start.last
                return begins if sure else When(begins.first, start.last)
            place += 1
        return None
