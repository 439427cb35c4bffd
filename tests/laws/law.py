"""How many examples a law is tried on: 500 in every run, and 20,000 drawn anew under the profile `fuzz`."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

LEAST = 500

law = settings(
    max_examples=max(LEAST, settings().max_examples),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
