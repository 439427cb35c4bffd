"""Who may call us and whom we call: the registered clients, their tokens, and the addresses we may read from."""
