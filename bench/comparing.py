"""What a comparison is made of: a part measures servers in turn, and sets what it found against the goals."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Figures = dict[str, float]
"""What one server showed in one round."""
Medians = dict[str, Figures]
"""By the server's name."""


@dataclass(frozen=True)
class Trial:
    """How large and how long a run is."""

    made: Path
    """Where the people and their tokens are."""
    clients: int
    rounds: int
    share_of_time: float = 1.0
    """Of the seconds that each phase lasts."""

    def seconds(self, whole: float) -> float:
        return whole * self.share_of_time


@dataclass(frozen=True)
class Column:
    key: str
    title: str
    digits: int = 1


@dataclass(frozen=True)
class Goal:
    words: str
    reached: Callable[[Medians], float]
    at_most: float

    def is_met_by(self, value: float) -> bool:
        return value <= self.at_most


@dataclass(frozen=True)
class Part:
    """One question, put to each server in turn."""

    name: str
    title: str
    explained: str
    servers: Sequence[str]
    measure: Callable[[str, Trial], Figures]
    columns: Sequence[Column]
    goals: Sequence[Goal] = ()


def against(server: str, other: str, key: str) -> Callable[[Medians], float]:
    """The one's figure as a share of the other's."""
    return lambda medians: medians[server][key] / medians[other][key]


def of(server: str, key: str) -> Callable[[Medians], float]:
    return lambda medians: medians[server][key]


def medians_of(rounds: Mapping[str, Sequence[Figures]]) -> Medians:
    return {server: _median(shown) for server, shown in rounds.items() if shown}


def _median(shown: Sequence[Figures]) -> Figures:
    return {key: statistics.median(one[key] for one in shown) for key in shown[0]}
