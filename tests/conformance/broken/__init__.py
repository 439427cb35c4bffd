"""Rules broken on purpose: a test that still passed would hold nothing."""
