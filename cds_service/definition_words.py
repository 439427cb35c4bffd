"""Words that people write for ours, and how a value is written: what an error message says is expected."""

from __future__ import annotations

from collections.abc import Mapping

# What people call a thing → what it is called here. Suggested where it fits, never accepted.
MEANT: Mapping[str, str] = {
    "less_than": "below", "lower_than": "below", "under": "below", "lt": "below", "<": "below",
    "greater_than": "above", "higher_than": "above", "over": "above", "gt": "above", ">": "above",
    "min": "at_least", "minimum": "at_least", "from": "at_least", "gte": "at_least", "older_than": "more_than",
    "max": "at_most", "maximum": "at_most", "to": "at_most", "lte": "at_most", "longer": "longer_than",
    "and": "all_of", "all": "all_of", "or": "any_of", "any": "any_of", "not": "none_of", "none": "none_of",
    "diagnosis": "condition", "disease": "condition", "lab": "measurement", "laboratory": "measurement",
    "observation": "measurement", "value": "measurement", "drug": "taking", "medication": "taking",
    "procedure": "treatment", "therapy": "treatment", "gender": "sex", "trial": "other_trial", "study": "other_trial",
    "klass": "class", "sentence": "text", "description": "text", "reference": "source", "note": "reading",
    "code": "of", "codes": "of", "value_set": "of", "valueset": "of", "window": "within", "period": "within",
    "unless": "except", "exclude": "except", "anchor_date": "before", "inclusions": "inclusion",
    "exclusions": "exclusion", "criteria": "inclusion", "name": "short_name", "nct": "nct_id", "site": "sites",
    "recruiting": "active", "open": "active", "enrolling": "active", "closed": "closed-to-accrual",
    "women": "female", "woman": "female", "f": "female", "men": "male", "man": "male", "m": "male",
    "yes": "met", "true": "met", "no": "not-met", "false": "not-met", "not_met": "not-met", "maybe": "unknown",
    "investigator": "judgement", "judgment": "judgement", "computable": "C", "partly": "P", "administrative": "A",
    "failed": "no-response", "failure": "no-response", "reactive": "positive", "nonreactive": "negative",
}  # fmt: skip

# How the value of a word is written, where its type alone does not tell.
WRITTEN: Mapping[str, str] = {
    "age": "{at_least: 18}",
    "sex": "{among: [female]}",
    "measurement": '{of: [VS-PLT], below: "30 10*9/L"}',
    "score": "{scale: ecog, at_most: 2}",
    "recorded": "{of: [VS-NYHA], within: ever}",
    "washout": "{of: [VS-RTX], at_least: 4 weeks}",
    "always": "{verdict: judgement}",
    "other_trial": "{within: 28 days}",
    "allergy": "{grade: severe}",
    "criterion": "{id: X-I01}",
    "resolve": "{kind: order-test, text: Order a blood count.}",
    "count_of": "{at_least: 2, among: [heart_failure, itp]}",
    "all_of": "[heart_failure, {age: {at_least: 18}}]",
    "any_of": "[heart_failure, {age: {at_least: 18}}]",
    "none_of": "[heart_failure, {age: {at_least: 18}}]",
    "among": "[heart_failure, itp]",
    "outcome": "[no-response]",
    "also_in": "[studies]",
    "show": "[problem-list]",
    "sites": "[{en: A hospital}]",
    "title": "{en: A trial}",
    "translations": "{zh: {X-I01: …}}",
    "therapies": "{pulse: [{of: [VS-STEROID], route: parenteral}]}",
    "facts": "{heart_failure: {condition: {of: [VS-HF]}}}",
}
