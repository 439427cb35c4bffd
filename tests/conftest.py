"""Generated examples are the same in every run, and no test fails because a machine is slow.

The profile `fuzz` (`make fuzz`) draws many more of them, and others each time.
"""

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=20_000, print_blob=True)
settings.load_profile("house")
