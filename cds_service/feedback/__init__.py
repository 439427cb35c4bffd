"""What clinicians make of our cards: read from the wire, used to stay silent where they asked, reported in figures."""
