"""Which gateway a push takes: the settings say it, once for each process."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.build import SECRET
from tests.standins.apns import ApnsStandIn
from tests.standins.fcm import FcmStandIn
from tests.standins.web_push import WebPushStandIn
from tests.workers.gateways.conftest import TOKEN, a_push
from workers.gateways import push
from workers.gateways.apns import Apns
from workers.gateways.console import ConsolePush
from workers.gateways.errors import GatewayError
from workers.gateways.fcm import Fcm
from workers.gateways.memory import MemoryPush
from workers.gateways.web_push import WebPush

ROOT = Path(__file__).parents[3]
KINDS = ("apn", "gcm", "web")
PRODUCTION = {"env": "production", "secret_key": SECRET}
CONSOLES = {"apns_key": "console", "fcm_service_account": "console", "vapid_private_key": "console"}


@pytest.fixture
def providers(certificate):
    """The settings of a hub that has every provider."""
    found: dict[str, str] = {}
    for kind in (ApnsStandIn, FcmStandIn, WebPushStandIn):
        with kind(certificate) as standing_in:
            found |= standing_in.settings
    return found


def gateways(settings) -> list[type]:
    return [type(push.gateway_for(kind, settings)) for kind in KINDS]


def test_in_development_what_is_not_set_goes_to_the_console(given):
    assert gateways(given()) == [ConsolePush] * 3


def test_in_production_what_is_not_set_is_off(given):
    assert gateways(given(**PRODUCTION)) == [type(None)] * 3


def test_in_production_the_console_must_be_asked_for(given):
    assert gateways(given(**PRODUCTION, **CONSOLES)) == [ConsolePush] * 3


@pytest.mark.parametrize("env", [{}, PRODUCTION], ids=["development", "production"])
def test_what_is_set_is_spoken_to(given, providers, env):
    settings = given(**providers, **env)

    assert gateways(settings) == [Apns, Fcm, WebPush]
    for kind in KINDS:
        push.gateway_for(kind, settings).close()


def test_a_process_has_one_gateway_of_a_kind(given):
    settings = given()

    assert push.gateway_for("apn", settings) is push.gateway_for("apn", settings)
    assert push.gateway_for("apn", settings) is not push.gateway_for("apn", given())


FORK = """
import os
from hub.settings import load
from workers.gateways import push
settings = load()
ours = push.gateway_for("apn", settings)
if os.fork() == 0:
    print(push.gateway_for("apn", settings) is ours, push.gateway_for("apn", settings) is None, flush=True)
    os._exit(0)
os.wait()
"""
SEND = """
import json, sys
from hub.settings import load
from workers.gateways.push import Push, gateway_for
for push in json.loads(sys.argv[1]):
    gateway_for(push["kind"], load()).send(Push(**push))
"""


def said_by(program: str, *arguments: str, **environment: str) -> tuple[str, str]:
    """What a process with nothing but this in its environment prints, and its complaints."""
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    return ran.stdout, ran.stderr


def test_a_process_that_is_forked_off_makes_its_own(tmp_path):
    assert said_by(FORK, HUB_DATA_DIR=str(tmp_path)) == ("False False\n", "")


def test_a_process_of_its_own_finds_the_providers_by_its_environment(tmp_path, apple, google, browser):
    to = {"apn": ("00ff", None), "gcm": ("registration", None), "web": browser.subscription("ada").values()}
    pushes = [asdict(a_push(kind=kind, address=address, keys=keys)) for kind, (address, keys) in to.items()]
    environment = {**apple.environment, **google.environment, **browser.environment, "HUB_DATA_DIR": str(tmp_path)}

    said = said_by(SEND, json.dumps(pushes), **environment)

    assert said == ("", "")
    assert [len(sent) for sent in (apple.pushes, google.messages, browser.pushes)] == [1, 1, 1]


def test_a_test_may_put_its_own_gateway_in_place(given):
    memory = MemoryPush()
    push.use(apn=memory)
    push.gateway_for("apn", given()).send(a_push())
    push.use()

    assert memory.pushes == [a_push()]
    assert gateways(given()) == [ConsolePush] * 3


def test_a_gateway_of_a_test_fails_when_it_is_told_to():
    memory = MemoryPush()
    memory.fails_with = GatewayError("not now")

    with pytest.raises(GatewayError, match="not now"):
        memory.send(a_push())
    assert memory.pushes == []


def test_a_push_is_shown_without_its_address():
    assert TOKEN not in repr(a_push(keys={"auth": TOKEN}))
