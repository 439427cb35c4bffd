"""Generated examples are the same in every run, and no test fails because a machine is slow."""

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")
