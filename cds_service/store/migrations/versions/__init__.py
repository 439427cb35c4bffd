"""One file a step, each after the one it names."""
