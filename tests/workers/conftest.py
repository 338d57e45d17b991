"""A worker on a database of each kind, with the clock held and what it sends put aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.domain.actors import Actor
from hub.reactions import counters
from tests import people
from tests.build import SECRET, Valkey
from tests.conftest import HeldClock
from tests.standins.certificate import Certificate
from tests.standins.smtp import SmtpStandIn
from tests.workers.working import Worker
from workers import payments, push, runtime, tutoring
from workers.gateways import push as gateways
from workers.gateways.memory import MemoryPush
from workers.patience import Patience

__all__ = ["payments", "tutoring"]


@pytest.fixture
def configure(tmp_path: Path, valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Gives this process the settings of a worker; called by a test, it changes some."""

    def change(**settings: str) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(f"HUB_{name.upper()}", value)
        runtime.settings.cache_clear()

    change(data_dir=str(tmp_path), redis_url=valkey.address, secret_key=SECRET)
    counters.give_grace(5)
    push._whereabouts.cache_clear()
    monkeypatch.setattr(push, "patience", Patience())
    yield change
    gateways.use()
    push._whereabouts().close()
    push._whereabouts.cache_clear()
    runtime.settings.cache_clear()


@pytest.fixture
def worker(database: str, clock: HeldClock, configure: object) -> Worker:
    return Worker(clock)


@pytest.fixture
def iphones(configure: object) -> MemoryPush:
    """What is pushed to iPhones; nothing is sent to the others."""
    memory = MemoryPush()
    gateways.use(apn=memory, gcm=None, web=None)
    return memory


@pytest.fixture
def androids(iphones: MemoryPush) -> MemoryPush:
    memory = MemoryPush()
    gateways.use(apn=iphones, gcm=memory, web=None)
    return memory


@pytest.fixture
def ann(database: str, clock: HeldClock) -> Actor:
    """A student."""
    return people.actor_of(people.join("Ann", phone="a0"))


@pytest.fixture
def tom(database: str, clock: HeldClock) -> Actor:
    """A tutor of CPE 101."""
    return people.actor_of(people.join("Tom", teaches=True, phone="70"))


@pytest.fixture
def eve(database: str, clock: HeldClock) -> Actor:
    """Another tutor, without a phone."""
    return people.actor_of(people.join("Eve", teaches=True))


@pytest.fixture
def post_office(
    configure: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SmtpStandIn]:
    """A real mail server, which this worker is set to."""
    certificate = Certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
    with SmtpStandIn(certificate, tls="starttls") as standing_in:
        configure(smtp_url=f"smtp://{standing_in.host}?starttls=1", mail_from="The Hub <hub@hub.example>")
        yield standing_in
