"""The collector of garbage, told what a server is like: what start-up made stays, and connections live long.

Left as it is, it walks thousands of connections whenever some hundred objects were made, and everybody waits for it.
"""

import gc

THRESHOLDS = (20_000, 10, 100)
"""Objects made since the last collection of the youngest, and how many collections of each age make one of the next."""


def settle() -> None:
    """Call it once everything that lasts has been made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
