"""What is said of every claim of the worked examples is what was kept (`said/`, written by `said.py`)."""

import pytest

from tests.trials.said import SAID, path_of
from tests.trials.worked import example_files

NAMES = [path.stem for path in example_files()]


@pytest.mark.parametrize("name", NAMES)
def test_the_sentences_of_a_file_are_those_that_were_kept(name: str) -> None:
    from tests.mutation.stories import told_of  # here, because it reads every example when it is loaded

    assert told_of(name) == path_of(name).read_text(encoding="utf-8"), "python -m tests.trials.said, and read the diff"


def test_no_file_of_sentences_is_left_over() -> None:
    assert {path.stem for path in SAID.glob("*.txt")} == set(NAMES)
