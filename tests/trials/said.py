"""`python -m tests.trials.said`: writes down what is said of every claim of the worked examples, to be kept.

One file for each file of examples, in `said/`: the verdict, the sentence of the reason, what to do, and the evidence.
`test_said.py` holds every later answer against it, so that no reason changes unseen. After a change of rules or wording
write it anew and read the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from cards.wording.wording import Wording
from cds_service.assessment_json import criterion_json
from eligibility.assessment import CriterionResult
from tests.trials.worked import HERE

SAID = HERE / "said"


def path_of(name: str) -> Path:
    return SAID / f"{name}.txt"


def said_of(name: str, results: Iterable[CriterionResult], words: Wording) -> str:
    """Everything that is said of the criteria of one example."""
    lines = [line for result in results for line in _lines(criterion_json(result, None, words))]
    return f"# {name}\n" + "".join(f"{line}\n" for line in lines) if lines else ""


def _lines(said: dict[str, object]) -> Iterator[str]:
    day = f", from {said['eligible_from']}" if said["eligible_from"] else ""
    yield f"{said['id']} {said['verdict']} ({said['assurance']}{day}): {said['because']}"
    resolve, evidence = said["resolve"], said["evidence"]
    if isinstance(resolve, dict):
        yield f"  to do: {resolve['who']} · {resolve['text']}"
    assert isinstance(evidence, list)
    yield from (f"  seen: {one['reference']} · {one['when'] or 'no day'}" for one in evidence)


def write() -> None:
    from tests.mutation.stories import STORIES, told_of  # here, because it reads every example when it is loaded

    SAID.mkdir(exist_ok=True)
    for path in SAID.glob("*.txt"):
        path.unlink()
    for name in STORIES:
        path_of(name).write_text(told_of(name), encoding="utf-8")


if __name__ == "__main__":
    write()
