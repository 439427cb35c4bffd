"""What a careful colleague asks of a definition that is well formed: is it meant so?

A mistake is refused by `cds-service check`; a question is only asked. Each is one function from a reviewed definition
to its questions. No question is answered by switching it off: the sentence, the test or the value set is made clear.
"""

from __future__ import annotations

from eligibility.review.colleague import QUESTIONS, review
from eligibility.review.question import Question, Reviewed
from eligibility.review.value_sets import unused_value_sets

__all__ = ["QUESTIONS", "Question", "Reviewed", "review", "unused_value_sets"]
