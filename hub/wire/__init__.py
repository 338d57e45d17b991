"""How each contract spells a thing: pure functions from what the core knows to plain data. No I/O."""
