"""Which verdicts a criterion can ever have, read off its definition alone: judgements somebody wrote down, and no more.

What is left open is how facts go together, so the answer may name a verdict too many, but never one too few.
"""

from __future__ import annotations

from itertools import product

from eligibility.assessment import VERDICTS
from eligibility.criteria.groups import TRUTH_OF, decided
from eligibility.criteria.tree import KINDS, Test
from eligibility.finding import Finding, Reason
from eligibility.terminology import Mark, Terminology
from eligibility.trial import Trial
from eligibility.truth import Truth, all_of, any_of, at_least

T, F, M, J = Truth.TRUE, Truth.FALSE, Truth.MISSING, Truth.JUDGEMENT
Truths = frozenset[Truth]
_DRUGS = {"atc", "rxnorm"}
_OF_DRUGS = ("taking", "course", "washout", "daily_dose", "stable_dose")
_WHAT_NONE_TAKEN_FITS = ("washout", "daily_dose", "stable_dose")


class Possible:
    """The verdicts of one trial's criteria."""

    def __init__(self, trial: Trial, terminology: Terminology) -> None:
        self.names, self.therapies, self.sets = trial.names(), trial.header.therapies, terminology.value_sets

    def verdicts(self, test: Test) -> set[str]:
        return {VERDICTS[truth] for truth in self.truths(test)}

    def truths(self, test: Test) -> Truths:
        if test.fact is not None:
            return self.truths(self.names.facts[test.fact])  # type: ignore[arg-type]
        if test.criterion is not None:
            asked = self.names.criteria[test.criterion.id]
            return frozenset({T, F}) if test.criterion.verdict else self.truths(asked)  # type: ignore[arg-type]
        if test.word in KINDS:
            return self._of_kind(test)
        return self._of_table(test) if test.decide is not None else self._of_group(test)

    def _of_table(self, test: Test) -> Truths:
        rows = [(row.verdict, self.truths(row.test)) for row in test.decide or () if row.test and row.verdict]
        otherwise = next((row.otherwise for row in test.decide or () if row.otherwise), "not-met")
        found = set()
        for chosen in product(*[truths for _, truths in rows]):
            asked = [(verdict, lambda t=truth: _found(t)) for (verdict, _), truth in zip(rows, chosen, strict=True)]
            found.add(decided(asked, otherwise).truth)
        return frozenset(found)

    def _of_group(self, test: Test) -> Truths:
        members = [self.truths(member) for member in test.members()]
        return frozenset(_combined(test, chosen) for chosen in product(*members))

    def _of_kind(self, test: Test) -> Truths:
        kind, rule = test.word, getattr(test, test.word)
        if kind == "always":
            return frozenset({TRUTH_OF[rule.verdict]} | ({M} if rule.since else set()))
        if kind == "sex":
            return frozenset({T, F} | (set() if "unknown" in rule.among else {M}))
        if kind == "recorded":
            return frozenset({T, F} | ({M} if rule.of else set()))
        if kind == "panel":
            return frozenset({TRUTH_OF[verdict] for verdict, _ in rule.rules} | {M})
        if kind in ("age", "duration", "score", "allergy"):
            return frozenset({T, F, M})
        if kind == "measurement":
            return frozenset({T, F, M} | ({J} if rule.grey_to or self._marked(rule.of) else set()))
        if kind == "other_trial":
            return frozenset({T, F, M, J})
        return self._of_entries(kind, rule)

    def _of_entries(self, kind: str, rule: object) -> Truths:
        """Kinds that weigh diagnoses and treatments: a judgement comes from a word, a mark, or a drug on hold."""
        of, judged = self._expanded(getattr(rule, "of", ())), self._expanded(getattr(rule, "judgement", ()))
        found = {M} | ({T} if of or kind in _WHAT_NONE_TAKEN_FITS else set())
        found |= {F} if of or kind not in ("stable_dose", "washout") else set()
        said = [getattr(rule, word, None) for word in ("past", "resolved", "ongoing", "ended")]
        if judged or "judgement" in said or self._marked(of) or (kind in _OF_DRUGS and self._drugs([*of, *judged])):
            found.add(J)
        return frozenset({T, F, M} if getattr(rule, "status", "") == "denied" else found)

    def _expanded(self, names: tuple[str, ...]) -> list[str]:
        found: list[str] = []
        for name in names:
            therapies = self.therapies.get(name)
            found += [name] if therapies is None else self._expanded(tuple(n for t in therapies for n in t.of))
        return found

    def _marked(self, names: list[str]) -> bool:
        return any(row.mark is Mark.JUDGEMENT for name in names for row in self.sets[name].rows)

    def _drugs(self, names: list[str]) -> bool:
        """Whether the sets name drugs: a drug may be on hold, an operation may not."""
        return any(row.system in _DRUGS for name in names for row in self.sets[name].rows)


def _found(truth: Truth) -> Finding:
    return Finding(truth, Reason.of("nothing-to-test"))


def _combined(test: Test, truths: tuple[Truth, ...]) -> Truth:
    if test.count_of is not None:
        return at_least(test.count_of.at_least, truths)
    if test.all_of is not None:
        return all_of(truths)
    return any_of(truths) if test.any_of is not None else ~any_of(truths)
