"""What `./run bench` writes to docs/benchmarks.md."""

from __future__ import annotations

import re
import socket

import pytest

from bench import pages, soak
from bench.__main__ import PARTS
from bench.comparing import Column, Goal, Part, against, medians_of
from bench.slow_readers import established

PART = Part(
    "fanout",
    "Fan-out",
    "Everybody hears.",
    ["stock", "hub"],
    lambda server, trial: {},
    [Column("cpu", "µs/delivery", 2)],
    [
        Goal("against stock", against("hub", "stock", "cpu"), 1 / 12),
        Goal("far off", against("hub", "stock", "cpu"), 1 / 20),
        Goal("against Node", against("hub", "Node", "cpu"), 0.6),
    ],
)


def test_a_figure_is_the_median_over_the_rounds():
    rounds = {"stock": [{"cpu": 90.0}, {"cpu": 300.0}, {"cpu": 100.0}], "hub": []}

    assert medians_of(rounds) == {"stock": {"cpu": 100.0}}


def test_each_goal_stands_beside_what_was_measured_and_whether_it_is_met():
    text = pages.section(PART, {"stock": {"cpu": 96.0}, "hub": {"cpu": 6.0}}, 3, "./run bench")

    assert text.splitlines()[4:] == [
        "|  | µs/delivery |",
        "|---|---:|",
        "| stock | 96.00 |",
        "| hub | 6.00 |",
        "",
        "| goal | at most | measured | met |",
        "|---|---:|---:|---:|",
        "| against stock | 0.0833 (1/12) | 0.0625 (1/16) | yes |",
        "| far off | 0.05 (1/20) | 0.0625 (1/16) | **no** |",
        "| against Node | 0.6 | not measured | - |",
    ]


def test_writing_replaces_what_stands_between_the_markers_only(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("Before\n<!-- fanout: written by ./run bench -->\nold\n<!-- end of fanout -->\nAfter\n")

    pages.write("fanout", "new", page)

    assert page.read_text() == "Before\n<!-- fanout: written by ./run bench -->\nnew\n<!-- end of fanout -->\nAfter\n"


def test_a_page_without_a_place_is_left_as_it_is(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("Nothing is measured here.\n")

    with pytest.raises(LookupError, match=r"page\.md has no place for fanout"):
        pages.write("fanout", "new", page)

    assert page.read_text() == "Nothing is measured here.\n"


def test_every_part_has_its_place_on_the_page():
    places = re.findall(r"^<!-- (\w+): written by ./run bench -->$", pages.PAGE.read_text(), re.MULTILINE)

    assert sorted(places) == sorted([*PARTS, "place", "soak"])


@pytest.mark.parametrize(("later", "verdict"), [(104.0, "yes"), (106.0, "**no**")])
def test_memory_is_flat_if_the_last_quarter_is_hardly_above_the_second(later, verdict):
    # The first quarter belongs to warming up.
    looks = [
        soak.Look(minute, {"memory": size}) for minute, size in enumerate([10, 10, 100, 100, 50, 50, later, later])
    ]

    assert soak.judged("memory", looks) == ["memory, MiB", "100.0", f"{later:.1f}", verdict]


def test_a_connection_that_its_server_has_closed_counts_as_cut_before_its_client_reads():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with (
            socket.create_connection(("127.0.0.1", port)) as kept,
            socket.create_connection(("127.0.0.1", port)) as cut,
        ):
            servers_ends = {end.getpeername()[1]: end for end, _ in (listener.accept(), listener.accept())}
            before = established(port)

            servers_ends[cut.getsockname()[1]].close()

            after = established(port)
            assert (before, after) == (set(servers_ends), {kept.getsockname()[1]})
            servers_ends[kept.getsockname()[1]].close()
