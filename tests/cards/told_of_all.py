"""Every finding about the cast and about every worked example, beside the record it rests on and its definition."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests" / "trials")]

from told import DAY, PEOPLE, assessments, story  # noqa: E402  (beside this file)
from worked import answer, examples  # noqa: E402  (worked examples live beside the trials' tests)

from cards.wording.wording import sentence  # noqa: E402
from cds_service.assessment_json import with_parts  # noqa: E402
from cds_service.catalogue import load_catalogue  # noqa: E402
from cds_service.languages import wording_for  # noqa: E402
from eligibility.assessment import Assessment, CriterionResult  # noqa: E402
from eligibility.finding import Evidence, Finding  # noqa: E402

Json = dict[str, Any]
NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, eq=False)
class Record:
    """A person's resources by every address under which an entry may be cited."""

    name: str
    day: date
    resources: dict[str, Json]
    text: str

    def cited(self, reference: str) -> Json | None:
        """The resource of a reference; a component or a contained one is cited by its holder's address."""
        return self.resources.get(reference) or self.resources.get(reference.split("#")[0])

    @property
    def numbers(self) -> frozenset[str]:
        return numbers_in(self.text)


@dataclass(frozen=True, eq=False)
class Told:
    """What is said of one criterion."""

    record: Record
    assessment: Assessment
    result: CriterionResult
    because: str

    @property
    def finding(self) -> Finding:
        return self.result.finding

    @property
    def entries(self) -> tuple[Evidence, ...]:
        """What the finding and the sentence rest on."""
        return tuple(
            dict.fromkeys((*self.finding.evidence, *(e for ground in self.finding.told for e in ground.evidence)))
        )

    @property
    def place(self) -> str:
        return f"{self.record.name}: {self.result.criterion.id}: {self.because}"


def numbers_in(text: str) -> frozenset[str]:
    """As a reader compares them: 03 is 3, 30.0 is 30."""
    return frozenset(plain(found) for found in NUMBER.findall(text))


def plain(number: str) -> str:
    whole, _, rest = number.partition(".")
    rest = rest.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{rest}" if rest else "")


def _record(name: str, day: date, bundle: Json) -> Record:
    resources: dict[str, Json] = {}
    for entry in bundle.get("entry", ()):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            resources[f"{resource.get('resourceType')}/{resource.get('id')}"] = resource
            resources.setdefault(str(entry.get("fullUrl")), resource)
    return Record(name, day, resources, json.dumps(bundle, ensure_ascii=False))


def _assessed() -> Iterator[tuple[Record, Assessment]]:
    for who in PEOPLE:
        record = _record(who, DAY, json.loads(story(who)))
        yield from ((record, assessment) for assessment in assessments(story(who)))
    for example in examples():
        assessment = answer(example).assessment
        if assessment is not None:
            yield _record(example.id, date.fromisoformat(example.as_of), dict(example.bundle)), assessment


@cache
def everything() -> tuple[Told, ...]:
    """About 170,000 sentences; each is said once in a run."""
    words = wording_for(load_catalogue())
    return tuple(
        Told(record, assessment, result, sentence(words.because(result.finding)))
        for record, assessment in _assessed()
        for result in with_parts(assessment.results)
    )
