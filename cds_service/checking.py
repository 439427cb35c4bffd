"""`cds-service check`: reads trial definitions, asks what a careful colleague would, and runs their worked examples.

A mistake is refused with its place (exit 2). A worked example that does not hold is a failure (exit 1). A question is
only asked, unless `--strict` wants every one answered (exit 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cds_service.catalogue import SHARED, Catalogue, DefinitionError, load_catalogue, read_catalogue
from cds_service.data import trials_folder
from cds_service.examples.answers import answer_of
from cds_service.examples.expectations import Difference, differences, known_trial, misspelt
from cds_service.examples.places import ENDING, files_beside, named_files
from cds_service.examples.stories import Example, load_examples
from cds_service.examples.text import ExampleError
from cds_service.languages import wording_for
from eligibility.review import Question, review, unused_value_sets
from eligibility.trial import Trial

HOLDS, FAILED = 0, 1


@dataclass(frozen=True, slots=True)
class Checked:
    """One trial: what is asked of it, how many of its stories were told, and which of their expectations fail."""

    trial: Trial
    questions: tuple[Question, ...] = ()
    stories: int | None = None
    failing: tuple[Difference, ...] = ()

    def lines(self) -> Iterator[str]:
        trial = self.trial
        counted = f"{len(trial.inclusion)} inclusion and {len(trial.exclusion)} exclusion criteria"
        yield f"{trial.short_name} ({trial.nct_id}, {trial.header.status}): {counted}; definition {trial.definition}"
        if self.stories is not None:
            yield f"  {_counted(self.stories, len({difference.story for difference in self.failing}))}"
        yield from (f"  does not hold: {difference}" for difference in self.failing)
        yield from (f"  question: {question}" for question in self.questions)


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` prints, and what it tells the shell."""

    trials: tuple[Checked, ...]
    questions: tuple[Question, ...] = field(default=())  # of the folder as a whole

    @property
    def text(self) -> str:
        own = [line for trial in self.trials for line in trial.lines()]
        return "\n".join([*own, *(f"question: {question}" for question in self.questions)])

    def status(self, *, strict: bool) -> int:
        asked = [*self.questions, *(question for trial in self.trials for question in trial.questions)]
        failed = any(trial.failing for trial in self.trials)
        return FAILED if failed or (strict and asked) else HOLDS


def _counted(told: int, failing: int) -> str:
    if not told:
        return f"no worked examples; write some beside the trial, in <trial>{ENDING}"
    stories = f"{told} worked example{'' if told == 1 else 's'}"
    return f"{stories}: {f'{failing} do not hold' if failing else 'all hold'}"


def check(path: Path | None, examples: Sequence[Path] = (), *, run_examples: bool = True) -> Report:
    """A folder of trials, or one trial file that uses its folder's shared tables (else those shipped with us).

    `examples` names files or folders of worked examples; by default those beside the trials. A story of a trial that
    is not among those checked is passed over where one file is checked, and a mistake where a folder is.
    """
    catalogue, whole = _read(path), path is None or path.is_dir()
    unused = unused_value_sets(catalogue.trials, catalogue.tables, catalogue.terminology) if whole else []
    stories: dict[str, list[Example]] | None = None
    try:
        if run_examples:
            found = named_files(examples) if examples else files_beside(path or trials_folder())
            stories = _by_trial(catalogue, found, whole)
        checked = tuple(_checked(catalogue, trial, stories) for trial in catalogue.trials)
    except ExampleError as error:
        raise DefinitionError([str(error)]) from None
    return Report(checked, tuple(unused))


def _checked(catalogue: Catalogue, trial: Trial, stories: dict[str, list[Example]] | None) -> Checked:
    questions = tuple(review(trial, catalogue.terminology))
    if stories is None:
        return Checked(trial, questions)
    mine = stories.get(trial.nct_id, [])
    return Checked(trial, questions, len(mine), tuple(_failing(catalogue, mine)))


def _by_trial(catalogue: Catalogue, files: Iterable[Path], whole: bool) -> dict[str, list[Example]]:
    """The stories of each trial; what they expect must be something that an answer could be."""
    trials = {trial.nct_id: trial for trial in catalogue.trials}
    sorted_out: dict[str, list[Example]] = {}
    mistakes: list[str] = []
    for example in (example for file in files for example in load_examples(file)):
        if whole or example.trial in trials:
            mistakes += misspelt(example, known_trial(example, trials))
            sorted_out.setdefault(example.trial, []).append(example)
    if mistakes:
        raise DefinitionError(mistakes)
    return sorted_out


def _failing(catalogue: Catalogue, examples: Iterable[Example]) -> Iterator[Difference]:
    wording = wording_for(catalogue)
    for example in examples:
        yield from differences(example, answer_of(catalogue, example), wording)


def _read(path: Path | None) -> Catalogue:
    if path is None:
        return read_catalogue(trials_folder())
    if path.is_dir():
        if not (path / SHARED).is_file():
            raise DefinitionError([f"{path}: no {SHARED} in this folder; name the folder of the trials, or one file"])
        return read_catalogue(path)
    if not path.is_file():
        raise DefinitionError([f"{path}: no such file; name a folder of trials, or one trial file"])
    if (path.parent / SHARED).is_file():
        return read_catalogue(path.parent, only=path)
    return _without(load_catalogue(), read_catalogue(trials_folder(), [path]))


def _without(shipped: Catalogue, catalogue: Catalogue) -> Catalogue:
    """The trials of a catalogue that are not ours: those somebody asked about."""
    ours = {trial.nct_id for trial in shipped.trials}
    return replace(catalogue, trials=tuple(trial for trial in catalogue.trials if trial.nct_id not in ours))
