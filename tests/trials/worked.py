"""Worked examples as tests use them: `cds_service.examples`, read without forgiving any mistake of the reader.

The format is explained in README.md beside this file. What the service says of a story as it stands in its file is
asked once in a run, and every test that looks at it shares it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cds_service.catalogue import Catalogue, load_catalogue
from cds_service.examples import answers, places
from cds_service.examples.answers import Answer, as_json
from cds_service.examples.record_items import SUBJECT_ELEMENT
from cds_service.examples.stories import DEFAULT_AS_OF, DEFAULT_PATIENT, Example, load_examples
from cds_service.examples.text import ExampleError, read_yaml
from tests.reading import record_in

HERE = Path(__file__).parent
__all__ = [
    "DEFAULT_AS_OF",
    "DEFAULT_PATIENT",
    "HERE",
    "SUBJECT_ELEMENT",
    "Answer",
    "Example",
    "ExampleError",
    "answer",
    "answer_of",
    "as_json",
    "example_files",
    "examples",
    "load_examples",
    "read_yaml",
]


def example_files(folder: Path = HERE) -> list[Path]:
    return places.example_files(folder)


def examples(folder: Path = HERE) -> tuple[Example, ...]:
    return tuple(example for path in example_files(folder) for example in load_examples(path))


def answer_of(catalogue: Catalogue, example: Example) -> Answer:
    return answers.answer_of(catalogue, example, record_in)


@cache
def answer(example: Example) -> Answer:
    """The answer of the trials as shipped; kept, so ask for stories that stand in files."""
    return answer_of(load_catalogue(), example)
