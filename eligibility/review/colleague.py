"""The list of all questions, in the order in which a colleague would ask them."""

from __future__ import annotations

from eligibility.review import against, classes, header, numbers, sentences, silences, value_sets, windows
from eligibility.review.question import Ask, Question, Reviewed
from eligibility.terminology import Terminology
from eligibility.trial import Trial

QUESTIONS: tuple[Ask, ...] = (
    header.index_disease_missing_or_several,
    header.sites_not_spoken_of,
    header.registry_number_of_another_shape,
    header.ids_out_of_order_or_with_gaps,
    sentences.criterion_without_source,
    sentences.same_sentence_twice,
    sentences.role_and_sentence_disagree,
    sentences.counted_from_another_day,
    sentences.translation_missing,
    sentences.translation_with_other_numbers,
    numbers.sentence_and_test_disagree_on_a_number,
    numbers.sentence_and_test_disagree_on_a_time,
    numbers.months_counted_as_days,
    numbers.boundary_day_or_value_read_otherwise,
    numbers.threshold_without_unit,
    classes.class_does_not_fit_the_test,
    classes.same_test_twice,
    classes.row_that_is_never_reached,
    against.inclusion_and_exclusion_contradict,
    against.nobody_fits,
    against.taken_and_washed_out,
    windows.window_that_can_never_be_satisfied,
    windows.limit_that_no_result_can_keep,
    windows.negative_trusted_longer_than_positive,
    value_sets.empty_or_look_alikes_only,
    value_sets.set_of_another_kind,
    value_sets.several_analytes_in_one_measurement,
    silences.silence_counts_as_no_before_anything_is_kept,
    silences.silence_answers_what_only_a_test_can,
    silences.treatment_history_that_never_opens,
    silences.treatment_history_lacks_a_drug,
)


def review(trial: Trial, terminology: Terminology) -> list[Question]:
    """Every question about one trial, each once, kind by kind and in the order of the file."""
    reviewed = Reviewed(trial, terminology)
    return list(dict.fromkeys(question for ask in QUESTIONS for question in ask(reviewed)))
