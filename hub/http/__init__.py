"""The REST edge: the dialects, and the hub's own pages for operators."""
