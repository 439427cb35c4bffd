"""Three-valued logic with two ways of being open (G2): Kleene's tables, and a missing fact before a judgement."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.truth import Truth, all_of, any_of, at_least

T, F, M, J = Truth.TRUE, Truth.FALSE, Truth.MISSING, Truth.JUDGEMENT
SOME = st.lists(st.sampled_from(Truth), max_size=6)


@pytest.mark.parametrize(
    "one, other, conjunction, disjunction",
    [
        (T, T, T, T), (T, F, F, T), (T, M, M, T), (T, J, J, T),
        (F, F, F, F), (F, M, F, M), (F, J, F, J),
        (M, M, M, M), (M, J, M, M),
        (J, J, J, J),
    ],
)  # fmt: skip
def test_and_and_or_stay_open_unless_the_other_operand_decides(
    one: Truth, other: Truth, conjunction: Truth, disjunction: Truth
) -> None:
    assert one & other is other & one is conjunction
    assert one | other is other | one is disjunction


@pytest.mark.parametrize("truth, negation", [(T, F), (F, T), (M, M), (J, J)])
def test_what_is_open_stays_open_when_negated(truth: Truth, negation: Truth) -> None:
    assert ~truth is negation
    assert truth.open is (truth in (M, J))


@pytest.mark.parametrize("truth", list(Truth))
def test_a_truth_is_no_bool_because_open_is_not_false(truth: Truth) -> None:
    with pytest.raises(TypeError, match=r"^a Truth is not a bool: compare it with Truth\.TRUE or Truth\.FALSE$"):
        bool(truth)
    with pytest.raises(TypeError, match="not a bool"):
        assert truth


def test_of_nothing_all_hold_and_none_does() -> None:
    assert (all_of([]), any_of([]), at_least(0, []), at_least(1, [])) == (T, F, T, F)


@pytest.mark.parametrize(
    "truths, needed, told",
    [
        ([T, T, F], 2, T), ([T, F, F], 2, F), ([T, M, F], 2, M), ([T, J, F], 2, J), ([T, M, J], 2, M),
        ([T, M, J], 3, M), ([M, F, F], 2, F), ([T, T, M], 2, T), ([J, J, F], 2, J), ([M, J, F], 2, M),
    ],
)  # fmt: skip
def test_a_count_is_told_as_soon_as_it_is_sure(truths: list[Truth], needed: int, told: Truth) -> None:
    assert {at_least(needed, order) for order in permutations(truths)} == {told}


@given(SOME)
def test_the_order_of_operands_never_matters(truths: list[Truth]) -> None:
    assert all_of(truths) is all_of(reversed(truths)) is all_of(set(truths))
    assert any_of(truths) is any_of(reversed(truths)) is any_of(set(truths))


@given(SOME)
def test_de_morgan_holds(truths: list[Truth]) -> None:
    assert ~all_of(truths) is any_of(~truth for truth in truths)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_settling_an_open_fact_never_turns_a_firm_answer(size: int) -> None:
    """Invariant 5: whatever an open operand turns out to be, an answer that was firm before stays."""
    for truths in product(Truth, repeat=size):
        settled = list(product(*[(T, F) if truth.open else (truth,) for truth in truths]))
        for combine in (all_of, any_of, lambda given: at_least(2, given)):
            before = combine(truths)
            assert before.open or {combine(chosen) for chosen in settled} == {before}
