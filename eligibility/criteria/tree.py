"""The one list of all criterion kinds, and a test as it is written: exactly one kind, group, table or reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from eligibility.criteria.age import AgeRule
from eligibility.criteria.allergy import AllergyRule
from eligibility.criteria.always import AlwaysRule
from eligibility.criteria.condition import ConditionRule
from eligibility.criteria.course import CourseRule
from eligibility.criteria.criterion import Need, Parameters, Rule
from eligibility.criteria.daily_dose import DailyDoseRule
from eligibility.criteria.duration import DurationRule
from eligibility.criteria.groups import TRUTH_OF, Verdict, combined, counted, decided, none_of
from eligibility.criteria.measurement import MeasurementRule
from eligibility.criteria.other_trial import OtherTrialRule
from eligibility.criteria.panel import PanelRule
from eligibility.criteria.recorded import RecordedRule
from eligibility.criteria.score import ScoreRule
from eligibility.criteria.sex import SexRule
from eligibility.criteria.stable_dose import StableDoseRule
from eligibility.criteria.taking import TakingRule
from eligibility.criteria.treatment import TreatmentRule
from eligibility.criteria.washout import WashoutRule
from eligibility.finding import Finding
from eligibility.truth import Truth, all_of, any_of

if TYPE_CHECKING:
    from eligibility.case import Case


def _named(value: object) -> object:
    """A bare word where a test is expected is the name of a fact."""
    return {"fact": value} if isinstance(value, str) else value


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _table(value: object) -> object:
    """`[{met: test}, {otherwise: verdict}]`, in this order."""
    if not isinstance(value, list):
        raise ValueError("a list of rows, each `verdict: test`")
    rows = []
    for n, row in enumerate(value):
        if not isinstance(row, dict) or len(row) != 1:
            raise ValueError(f"decide[{n}]: one `verdict: test` a row")
        word, test = next(iter(row.items()))
        if word == "otherwise" and n != len(value) - 1:
            raise ValueError(f"decide[{n}]: `otherwise` is the last row")
        if word == "otherwise":
            rows.append({"otherwise": test})
        elif word not in TRUTH_OF:
            raise ValueError(f"decide[{n}]: {word!r} is no verdict; one of {', '.join(TRUTH_OF)}")
        else:
            rows.append({"verdict": word, "test": _named(test)})
    return tuple(rows)


class CountOf(Parameters):
    at_least: int
    among: Tests


class CriterionReference(Parameters):
    """Another criterion of this trial: its own value, or, with `verdict`, whether that verdict was reached."""

    id: str
    verdict: Verdict | None = None


class TableRow(Parameters):
    verdict: Verdict | None = None
    test: Test | None = None
    otherwise: Verdict | None = None


class Test(Rule):
    """Exactly one of these. A criterion has one; groups and rows hold more. Members may carry their own id and text."""

    __test__ = False  # not a test of pytest's

    id: str | None = None
    cls: str | None = Field(default=None, alias="class")
    text: str | None = None
    source: str | None = None
    reading: str | None = None
    resolve: Any = None

    age: AgeRule | None = None
    sex: SexRule | None = None
    condition: ConditionRule | None = None
    duration: DurationRule | None = None
    measurement: MeasurementRule | None = None
    score: ScoreRule | None = None
    panel: PanelRule | None = None
    recorded: RecordedRule | None = None
    taking: TakingRule | None = None
    treatment: TreatmentRule | None = None
    washout: WashoutRule | None = None
    course: CourseRule | None = None
    daily_dose: DailyDoseRule | None = None
    stable_dose: StableDoseRule | None = None
    allergy: AllergyRule | None = None
    other_trial: OtherTrialRule | None = None
    always: AlwaysRule | None = None

    all_of: Tests | None = None
    any_of: Tests | None = None
    none_of: Tests | None = None
    count_of: CountOf | None = None
    decide: Annotated[tuple[TableRow, ...] | None, BeforeValidator(_table)] = None
    fact: str | None = None
    criterion: CriterionReference | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        said = [word for word in (*KINDS, *GROUPS) if getattr(self, word) is not None]
        if len(said) != 1:
            raise ValueError(f"exactly one test, found {', '.join(said) or 'none'}")
        return self

    @cached_property
    def word(self) -> str:
        return next(word for word in (*KINDS, *GROUPS) if getattr(self, word) is not None)

    @cached_property
    def rule(self) -> Rule | None:
        """The kind's own parameters; None for a group, a table or a reference."""
        return getattr(self, self.word) if self.word in KINDS else None

    def members(self) -> tuple[Test, ...]:
        """The tests directly inside this one."""
        if self.decide is not None:
            return tuple(row.test for row in self.decide if row.test is not None)
        return self.all_of or self.any_of or self.none_of or (self.count_of.among if self.count_of else ())

    def walk(self) -> Iterator[Test]:
        """This test and all inside it."""
        yield self
        for member in self.members():
            yield from member.walk()

    def evaluate(self, case: Case) -> Finding:
        if self.rule is not None:
            return case.settle(self.rule)
        group: Callable[[Case], Finding] = getattr(self, f"_{self.word}")
        return group(case)

    def needs(self, case: Case) -> frozenset[Need]:
        if self.rule is not None:
            return self.rule.needs(case)
        if self.fact is not None:
            return case.names.facts[self.fact].needs(case)
        return frozenset(need for member in self.members() for need in member.needs(case))

    def _all_of(self, case: Case) -> Finding:
        return combined([member.evaluate(case) for member in self.all_of or ()], all_of)

    def _any_of(self, case: Case) -> Finding:
        return combined([member.evaluate(case) for member in self.any_of or ()], any_of)

    def _none_of(self, case: Case) -> Finding:
        return none_of([member.evaluate(case) for member in self.none_of or ()])

    def _count_of(self, case: Case) -> Finding:
        if self.count_of is None:
            raise TypeError("not a count")
        return counted(self.count_of.at_least, [member.evaluate(case) for member in self.count_of.among])

    def _decide(self, case: Case) -> Finding:
        rows = [
            (row.verdict, row.test) for row in self.decide or () if row.test is not None and row.verdict is not None
        ]
        otherwise = next((row.otherwise for row in self.decide or () if row.otherwise is not None), "not-met")
        return decided([(verdict, _asks(test, case)) for verdict, test in rows], otherwise)

    def _fact(self, case: Case) -> Finding:
        return case.fact(self.fact or "")

    def _criterion(self, case: Case) -> Finding:
        if self.criterion is None:
            raise TypeError("not a reference")
        found = case.settle(case.names.criteria[self.criterion.id])
        if self.criterion.verdict is None:
            return found
        reached = found.truth is TRUTH_OF[self.criterion.verdict]
        return found.but(truth=Truth.TRUE if reached else Truth.FALSE, grounds=found.told)


def _asks(test: Test, case: Case) -> Any:
    return lambda: test.evaluate(case)


Tests = Annotated[tuple[Annotated[Test, BeforeValidator(_named)], ...], BeforeValidator(_listed)]
TestNode = Annotated[Test, BeforeValidator(_named)]
KINDS = (
    "age",
    "sex",
    "condition",
    "duration",
    "measurement",
    "score",
    "panel",
    "recorded",
    "taking",
    "treatment",
    "washout",
    "course",
    "daily_dose",
    "stable_dose",
    "allergy",
    "other_trial",
    "always",
)
GROUPS = ("all_of", "any_of", "none_of", "count_of", "decide", "fact", "criterion")
for model in (CountOf, TableRow, Test):
    model.model_rebuild()
