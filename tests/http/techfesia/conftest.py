"""Who acts in tests of Techfesia: Ada and Grace sign up for things, Olga is staff, Root is a superuser."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hub.perform import NoCourier, use_courier
from tests.build import settings
from tests.http.techfesia.cast import Student, staff, student
from tests.http.techfesia.oauth_browser import BACK
from tests.running import RunningHub
from tests.standins.oauth import OAuthStandIn


@pytest.fixture
def ada(hub) -> Student:
    return student("ada")


@pytest.fixture
def grace(hub) -> Student:
    return student("grace")


@pytest.fixture
def linus(hub) -> Student:
    return student("linus")


@pytest.fixture
def olga(hub) -> Student:
    return staff("olga")


@pytest.fixture
def root(hub) -> Student:
    return staff("root", superuser=True)


@pytest.fixture
async def providers() -> AsyncIterator[OAuthStandIn]:
    """Google, GitHub and Facebook."""
    async with OAuthStandIn(BACK) as stand_in:
        yield stand_in


@pytest.fixture
async def hub_with_providers(request, providers, sqlite, valkey, tmp_path) -> AsyncIterator[RunningHub]:
    """A hub that all three vouch for people to; a file that wants no other calls it `hub`."""
    marker = request.node.get_closest_marker("settings")
    changes = {**providers.settings, **(marker.kwargs if marker else {})}
    async with RunningHub(settings(tmp_path, sqlite.new_database(), valkey.address, **changes)) as running:
        yield running
    use_courier(NoCourier())
