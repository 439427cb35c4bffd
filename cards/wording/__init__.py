"""Every sentence a person reads about a verdict: one module a language, keyed by reason."""
