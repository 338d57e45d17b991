"""Coming back: exactly the events after the offset, in order, once; or being told that this cannot be had."""

import pytest

from hub.domain import journal
from hub.perform import NoCourier, run, use_courier
from hub.realtime.connection import Connection
from hub.realtime.replay import replay
from hub.realtime.session import Session
from models import JournalRow, db


async def ask(hub, by, *words: str) -> None:
    for description in words:
        await hub.post(
            "/vivere/mentorship/create", {"description": description, "location": "T4", "contact": ""}, by=by
        )


def said(listener) -> list[str]:
    return [ticket["description"] for ticket in listener.of("save")]


async def test_a_client_without_the_opt_in_gets_no_offsets_and_no_ready(hub, ada):
    listener = await hub.listen("/mentor")
    await ask(hub, ada, "one")
    await listener.until(1, "save")

    assert [(event, len(arguments)) for event, arguments in listener.heard] == [("save", 1)]


async def test_a_connection_that_heard_nothing_but_ready_recovers_too(hub, ada):
    first = await hub.listen("/mentor", recover=True)
    await first.until(1, "ready")
    await first.leave()
    await ask(hub, ada, "meanwhile")

    second = await hub.listen("/mentor", recover=True, offset=first.offset)

    await second.until(1, "save")
    assert said(second) == ["meanwhile"]


async def test_nothing_is_sent_again_to_a_client_that_missed_nothing(hub, ada):
    first = await hub.listen("/mentor", recover=True)
    await ask(hub, ada, "heard")
    await first.until(1, "save")
    await first.leave()

    second = await hub.listen("/mentor", recover=True, offset=first.offset)
    await ask(hub, ada, "new")
    await second.until(1, "save")

    assert said(second) == ["new"]
    assert second.of("ready")[0]["recovered"] is True


async def test_a_replay_longer_than_a_page_meets_the_live_events_without_gap_or_double(hub, ada):
    first = await hub.listen("/mentor", recover=True)
    await first.until(1, "ready")
    await first.leave()
    many = [str(number) for number in range(journal.PAGE + 30)]
    await ask(hub, ada, *many)

    second = await hub.listen("/mentor", recover=True, offset=first.offset)
    await ask(hub, ada, "live")
    await second.until(len(many) + 1, "save")

    assert said(second) == [*many, "live"]


async def test_a_replay_is_told_in_the_view_of_whoever_comes_back(hub, ada):
    stranger = await hub.listen("/mentor", recover=True)
    await stranger.until(1, "ready")
    await stranger.leave()
    await ask(hub, ada, "mine")

    second = await hub.listen("/mentor", by=ada, recover=True, offset=stranger.offset)

    assert [ticket["is_mine"] for ticket in await second.until(1, "save")] == [True]


async def test_where_events_were_trimmed_the_client_is_told_so_and_hears_no_part_of_them(hub, ada):
    first = await hub.listen("/mentor", recover=True)
    await first.until(1, "ready")
    await first.leave()
    await ask(hub, ada, "trimmed", "kept")
    run(lambda: JournalRow.delete().where(JournalRow.seq == 1).execute())

    second = await hub.listen("/mentor", recover=True, offset=first.offset)
    await ask(hub, ada, "new")
    await second.until(1, "save")

    (ready,) = second.of("ready")
    assert (ready["recovered"], ready["from"], ready["head"]) == (False, 2, 2)
    assert said(second) == ["new"]


async def test_after_a_restored_backup_old_offsets_recover_nothing(hub, ada):
    first = await hub.listen("/mentor", recover=True)
    await ask(hub, ada, "one")
    await first.until(1, "save")
    await first.leave()
    run(journal.renew_epochs)
    await hub.node.server.streams.check()

    second = await hub.listen("/mentor", recover=True, offset=first.offset)

    assert [ready["recovered"] for ready in await second.until(1, "ready")] == [False]


async def test_live_listeners_are_cut_off_to_come_back_when_the_numbers_begin_anew(hub, ada):
    listener = await hub.listen("/mentor", recover=True)
    await listener.until(1, "ready")
    run(journal.renew_epochs)

    await ask(hub, ada, "in the new epoch")

    assert await listener.until_ended()


async def test_a_new_connection_with_the_same_pid_takes_the_old_one_over(hub, ada):
    old = await hub.listen("/mentor", recover=True)
    (ready,) = await old.until(1, "ready")

    new = await hub.listen("/mentor", recover=True, offset=old.offset, pid=ready["pid"])

    assert await old.until_ended()
    assert (await new.until(1, "ready"))[0]["pid"] == ready["pid"]
    await ask(hub, ada, "once")
    await new.until(1, "save")
    assert (said(old), said(new)) == ([], ["once"])


@pytest.mark.parametrize("forgery", ["made.up", "", "x" * 99])
async def test_a_pid_that_the_hub_did_not_sign_is_replaced_and_takes_nothing_over(hub, forgery):
    old = await hub.listen("/mentor", recover=True)
    (ready,) = await old.until(1, "ready")

    new = await hub.listen("/mentor", recover=True, offset=old.offset, pid=forgery)

    assert (await new.until(1, "ready"))[0]["pid"] not in ("", forgery, ready["pid"])
    assert old.ended == []


async def test_a_pid_of_another_account_takes_nothing_over(hub, ada, grace):
    adas = await hub.listen("/mentor", by=ada, recover=True)
    (ready,) = await adas.until(1, "ready")

    graces = await hub.listen("/mentor", by=grace, recover=True, offset=adas.offset, pid=ready["pid"])

    assert (await graces.until(1, "ready"))[0]["pid"] != ready["pid"]
    assert adas.ended == []


async def test_polling_clients_hear_and_recover_like_others(hub, ada):
    first = await hub.listen("/mentor", recover=True, transports=["polling"])
    await first.until(1, "ready")
    await first.leave()
    many = [str(number) for number in range(60)]
    await ask(hub, ada, *many)

    second = await hub.listen("/mentor", recover=True, offset=first.offset, transports=["polling"])
    await second.until(60, "save")

    assert said(second) == many


async def test_what_could_not_be_read_for_longer_than_the_node_looks_back_is_heard_all_the_same(clock, hub, ada):
    listener = await hub.listen("/mentor")
    use_courier(NoCourier())
    await ask(hub, ada, "only in the journal")
    run(lambda: db.execute_sql("ALTER TABLE journal RENAME TO put_away"))
    clock.forward(seconds=120)
    await hub.node.server.streams.check()
    run(lambda: db.execute_sql("ALTER TABLE put_away RENAME TO journal"))

    await hub.node.server.streams.check()

    await listener.until(1, "save")
    assert said(listener) == ["only in the journal"]


async def test_two_clients_with_one_pid_on_two_nodes_do_not_cut_each_other_off_for_ever(hub, ada, clock):
    here = await hub.listen("/mentor", recover=True)
    (ready,) = await here.until(1, "ready")
    hub.node.server.taken_over_elsewhere(ready["pid"], clock.forward(seconds=1))
    assert await here.until_ended()

    again = await hub.listen("/mentor", recover=True, offset=here.offset, pid=ready["pid"])

    (back,) = await again.until(1, "ready")
    assert (back["recovered"], back["pid"] == ready["pid"]) == (True, False)


async def test_late_news_of_a_take_over_does_not_touch_a_connection_that_is_newer(hub, ada, clock):
    before = clock.moment
    clock.forward(seconds=1)
    listener = await hub.listen("/mentor", recover=True)
    (ready,) = await listener.until(1, "ready")

    hub.node.server.taken_over_elsewhere(ready["pid"], before)
    await ask(hub, ada, "still here")

    await listener.until(1, "save")
    assert (said(listener), listener.ended) == (["still here"], [])


async def test_a_client_that_upgrades_from_polling_hears_everything_in_order(hub, ada):
    listener = await hub.listen("/mentor", recover=True, transports=["polling", "websocket"])
    many = [str(number) for number in range(60)]
    await ask(hub, ada, *many)

    await listener.until(60, "save")

    assert said(listener) == many
    assert listener.client.transport() == "websocket"


async def test_positions_follow_the_queue_and_carry_no_offset(hub, ada, grace):
    listener = await hub.listen("/mentor", recover=True)
    await ask(hub, ada, "first", "second")
    await listener.until(2, "save")
    first, second = [ticket["id"] for ticket in listener.of("save")]

    await hub.post("/vivere/mentorship/claim", {"id": first}, by=grace)
    await listener.until(3, "save")

    assert await listener.until_told("positions", {second: 1})
    assert {len(arguments) for event, arguments in listener.heard if event == "positions"} == {1}


async def test_nothing_is_told_of_a_replay_whose_client_has_left_while_it_was_read(hub, ada):
    await hub.post("/vivere/mentorship/create", {"description": "old", "location": "T4", "contact": ""}, by=ada)
    streams = hub.node.server.streams
    stream = await streams.follow("mentor")
    gone = Connection(Session(hub.node.server.engine, "session", "127.0.0.1", 20, 10), "sid", "/mentor", "mentor")

    async def has_left(connection: Connection) -> bool:
        return False

    assert await replay(streams, gone, stream, (stream.epoch, stream.seq - 1), has_left) is False
    assert gone.session.next_payload(10, 10_000) == []
