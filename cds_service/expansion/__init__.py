"""What a terminology server may add to the value sets, asked once at start and never in the path of a hook."""
