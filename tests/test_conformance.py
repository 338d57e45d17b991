"""The conformance profile: who may start it, and how often it pings whom."""

from __future__ import annotations

import pytest

from hub import conformance
from hub.provider_settings import BadSetting
from hub.realtime.heartbeats import Heartbeat
from hub.settings import Settings
from tests.build import SECRET


def settings(**given) -> Settings:
    return Settings(secret_key=SECRET, **given)


def test_it_is_refused_in_production():
    asked = settings().model_copy(update={"env": "production"})

    with pytest.raises(BadSetting, match="HUB_ENV"):
        conformance.settings_for(asked)


def test_it_keeps_out_of_the_hub_s_own_folder_and_database(tmp_path):
    own = conformance.settings_for(settings(data_dir=tmp_path, database_url="postgresql://hub@db/hub"))

    assert (own.data_dir, own.database_url) == (tmp_path / "conformance", "")


def test_the_first_few_are_pinged_as_the_suites_expect_and_crowds_as_usual():
    beats = conformance.heartbeats(settings())

    assert [beats.of_next(count) for count in (0, 49, 50)] == [
        Heartbeat(0.3, 0.2),
        Heartbeat(0.3, 0.2),
        Heartbeat(20, 10),
    ]


def test_heartbeats_that_the_operator_names_are_everybody_s():
    beats = conformance.heartbeats(settings(ping_interval_seconds=5))

    assert [beats.of_next(count) for count in (0, 50)] == [Heartbeat(5, 10)] * 2
