"""Test results and a diagnosis, read by a table of their states, as the laboratory reads them (HIV, HBV, …).

Each test is `positive`, `negative` (fresh), `stale` or `faded` (a negative, a positive, but too old), `unclear` or
`missing`; the diagnosis is
`current`, `suspected`, `past`, `denied` or `missing`. The first row whose states all match gives the verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator, model_validator

from eligibility.criteria.absence import absence
from eligibility.criteria.criterion import Names, Need, Rule, finding
from eligibility.criteria.panel_grounds import panel_grounds
from eligibility.criteria.panel_states import DIAGNOSIS, STATES, PanelTest, TestState, diagnosis_states
from eligibility.criteria.words import Keys
from eligibility.finding import Evidence, Finding, Resolve
from eligibility.indication import contradictions, unindicated
from eligibility.record import Section
from eligibility.truth import Truth

if TYPE_CHECKING:
    from eligibility.case import Case

Verdict = Literal["met", "not-met", "unknown", "judgement"]
TRUTHS = {"met": Truth.TRUE, "not-met": Truth.FALSE, "unknown": Truth.MISSING, "judgement": Truth.JUDGEMENT}
Row = tuple[str, Mapping[str, tuple[str, ...]] | None]
States = Mapping[str, str]


def _rows(value: object) -> object:
    """`[{met: {hbsag: positive}}, {otherwise: unknown}]` becomes rows of (verdict, states); otherwise has no states."""
    if not isinstance(value, list):
        raise ValueError("a list of rows, each `verdict: {test: state}`, the last `otherwise: verdict`")
    rows: list[Row] = []
    for n, row in enumerate(value):
        if not isinstance(row, dict) or len(row) != 1:
            raise ValueError(f"rules[{n}]: one verdict a row")
        rows.append(_row(n, *next(iter(row.items())), last=n == len(value) - 1))
    return tuple(rows)


def _row(n: int, word: Any, states: Any, *, last: bool) -> Row:
    if (word == "otherwise") != last:
        raise ValueError(f"rules[{n}]: the last row, and only the last, is `otherwise`")
    verdict = states if word == "otherwise" else word
    if verdict not in TRUTHS:
        raise ValueError(f"rules[{n}]: {verdict!r} is no verdict; one of {', '.join(TRUTHS)}")
    if word == "otherwise":
        return verdict, None
    if not isinstance(states, dict) or not states:
        raise ValueError(f"rules[{n}]: the states of at least one test")
    return verdict, {name: (state,) if isinstance(state, str) else tuple(state) for name, state in states.items()}


class PanelRule(Rule):
    """`tests` and `diagnosis` (value sets), and `rules`.

    `contradicted_by` names indications that turn any "no" into missing (a drug may be suppressing). With a `silence`
    key, `diagnosis: missing` needs that key open. A "no" that leans on a test's silence is open where a hole may
    hide one (G5). `unknown` rows tell the reader that a look-up settles it.
    """

    tests: dict[str, PanelTest] = {}
    diagnosis: Names = ()
    rules: Annotated[tuple[Row, ...], BeforeValidator(_rows)]
    silence: Keys = ("means-no",)
    contradicted_by: Names = ()

    @model_validator(mode="after")
    def _rows_speak_of_the_panel(self) -> Self:
        for n, (_, states) in enumerate(self.rules):
            for name, given in (states or {}).items():
                known = DIAGNOSIS if name == "diagnosis" and self.diagnosis else STATES if name in self.tests else None
                if known is None:
                    raise ValueError(f"rules[{n}].{name}: neither a test of this panel nor its diagnosis")
                if wrong := [state for state in given if state not in known]:
                    raise ValueError(f"rules[{n}].{name}: {wrong[0]!r} is no state; one of {', '.join(known)}")
        return self

    def evaluate(self, case: Case) -> Finding:
        read = {name: test.read(case, self._after(test, case)) for name, test in self.tests.items()}
        diagnoses = diagnosis_states(self.diagnosis, case)
        names = (*read, "diagnosis")
        alternatives = [tuple(r.state for r in results) for results in read.values()] + [
            tuple(d.state for d in diagnoses)
        ]
        outcomes = {self._decide(dict(zip(names, states, strict=True))) for states in product(*alternatives)}
        evidence = self._evidence(read, diagnoses[0].evidence)
        if len({self.rules[n][0] for n in outcomes}) > 1:
            return finding(Truth.MISSING, "panel-undecided", *evidence, resolve=self._resolve())
        row = min(outcomes)
        found = self._decided(row, read, diagnoses[0].state, evidence, case)
        if not found.reason.key.startswith("panel-"):
            return found
        first = {name: results[0] for name, results in read.items()}
        wanted = self.rules[row][1]
        return found.but(grounds=panel_grounds(self.tests, first, diagnoses[0], wanted, found.truth, case))

    def needs(self, case: Case) -> frozenset[Need]:
        needs = {Need(Section.OBSERVATIONS, frozenset(test.of)) for test in self.tests.values()}
        if self.diagnosis:
            needs.add(Need(Section.CONDITIONS, frozenset(self.diagnosis)))
        drugs = {Need(Section.MEDICATIONS), Need(Section.PROCEDURES), Need(Section.CONDITIONS)}
        return frozenset(needs | (drugs if self.contradicted_by or self.silence != ("means-no",) else set()))

    def _after(self, test: PanelTest, case: Case) -> PanelTest | tuple[str, ...] | None:
        if test.after is None:
            return None
        return self.diagnosis if test.after == "diagnosis" else self.tests[test.after]

    def _decide(self, states: States) -> int:
        for n, (_, wanted) in enumerate(self.rules):
            if wanted is None or all(states[name] in given for name, given in wanted.items()):
                return n
        raise AssertionError("the last row is `otherwise`")

    def _decided(
        self, n: int, read: Mapping[str, list[TestState]], diagnosis: str, evidence: tuple[Evidence, ...], case: Case
    ) -> Finding:
        verdict, wanted = self.rules[n]
        truth = TRUTHS[verdict]
        if truth is Truth.FALSE:
            against = self._against(n, wanted, read, diagnosis, evidence, case)
            if against is not None:
                return against
        states = tuple(f"{name}={results[0].state}" for name, results in read.items())
        key = {"met": "panel-positive", "not-met": "panel-negative", "judgement": "panel-to-judge"}.get(
            verdict, "panel-open"
        )
        return finding(
            truth,
            key,
            *self._deciding(wanted, read, evidence),
            resolve=self._resolve(),
            states=states,
            diagnosis=diagnosis,
            sets=tuple(s for t in self.tests.values() for s in t.of[:1]),
        )

    def _against(
        self,
        n: int,
        wanted: Mapping[str, tuple[str, ...]] | None,
        read: Mapping[str, list[TestState]],
        diagnosis: str,
        evidence: tuple[Evidence, ...],
        case: Case,
    ) -> Finding | None:
        """What keeps a "no" from being one: a drug without indication, a hole, a diagnosis list that is not kept."""
        drugs = unindicated(case, self.contradicted_by)
        if drugs:
            label = str(drugs[0][0].given.get("label", ""))
            found = finding(
                Truth.MISSING,
                "indication",
                *evidence,
                *(e for _, e in drugs),
                resolve=Resolve("ask-indication", (label,)),
            )
            return found.but(reason=drugs[0][0])
        leaning = self.tests if wanted is None else {name: self.tests[name] for name in wanted if name in self.tests}
        for name, test in leaning.items():
            if read[name][0].state in ("missing", "stale", "faded"):
                for hole in case.record.observation_holes(frozenset(test.of), None):
                    return finding(
                        Truth.MISSING,
                        "hole",
                        *evidence,
                        resolve=self._resolve(),
                        section=hole.section.value,
                        why=hole.reason,
                        reference=hole.reference,
                        label=hole.label,
                    )
        if diagnosis == "missing" and self.silence != ("means-no",):
            return absence(case, self.silence, self.diagnosis, Section.CONDITIONS, None, evidence if wanted else ())
        if diagnosis == "missing" and self.diagnosis and wanted is None and contradictions(case, self.diagnosis, ()):
            return absence(case, ("problem-list",), self.diagnosis, Section.CONDITIONS, ())
        return None

    def _deciding(
        self,
        wanted: Mapping[str, tuple[str, ...]] | None,
        read: Mapping[str, list[TestState]],
        evidence: tuple[Evidence, ...],
    ) -> tuple[Evidence, ...]:
        """The results that the deciding row names first, then the others."""
        named = [e for name in (wanted or {}) if name in read for e in read[name][0].evidence]
        return tuple(dict.fromkeys((*named, *evidence)))

    def _evidence(self, read: Mapping[str, list[TestState]], diagnosis: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        results = [e for states in read.values() for state in states for e in state.evidence]
        return tuple(dict.fromkeys((*diagnosis, *results)))

    def _resolve(self) -> Resolve:
        return Resolve("order-test", tuple(s for t in self.tests.values() for s in t.of[:1]))
