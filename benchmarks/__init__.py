"""Run by hand, never part of the tests: how much one call costs, as ratios taken in one run."""
