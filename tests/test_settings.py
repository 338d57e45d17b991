"""Settings: read once from the environment; a bad one stops the start with one line that names it."""

from __future__ import annotations

import base64
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pydantic import ValidationError

from hub.provider_settings import BadSetting
from hub.settings import Settings, load
from tests.standins.certificate import new_key, pem_of

ROOT = Path(__file__).parent.parent
A_SECRET = "x" * 32


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith("HUB_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path / "var"))


@pytest.fixture
def given(monkeypatch):
    """Load the settings with these variables set."""

    def given(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return load()

    return given


def complaint(given, **variables: str) -> str:
    with pytest.raises(BadSetting) as wrong:
        given(**variables)
    return str(wrong.value)


def test_what_is_not_set_suits_development(given, tmp_path):
    settings = given()

    assert (settings.env, settings.host, settings.port, settings.rate_limits) == (
        "development",
        "127.0.0.1",
        8080,
        True,
    )
    assert (settings.in_development, settings.port_is_chosen, settings.public_url_is_chosen) == (True, False, False)
    assert settings.database_address == f"sqlite:///{tmp_path}/var/hub.sqlite3"
    assert settings.redis_address == f"unix://{tmp_path}/var/valkey.sock?db=0"
    assert settings.storage_address == f"file://{tmp_path}/var/images"
    assert settings.public_address == "http://127.0.0.1:8080"
    assert (settings.cors_origins, settings.trusted_proxies, settings.hosts) == (("*",), (), {})


def test_what_is_set_counts(given):
    settings = given(
        HUB_PORT="9000",
        HUB_HOST="0.0.0.0",
        HUB_DATABASE_URL="postgresql://db/hub",
        HUB_REDIS_URL="redis://redis/0",
        HUB_PUBLIC_URL="https://hub.example/",
        HUB_STORAGE_URL="s3://bucket/",
        HUB_RATE_LIMITS="off",
        HUB_CORS_ORIGINS="https://a.example, https://b.example,",
        HUB_TRUSTED_PROXIES="10.0.0.0/8,127.0.0.1,2001:db8::/32",
        HUB_TWILIO_ANNOUNCERS=" +15550100 ,+15550101",
        HUB_MENTOR_TICKET_SECONDS="60",
    )

    assert (settings.port, settings.host, settings.port_is_chosen) == (9000, "0.0.0.0", True)
    assert (settings.database_address, settings.redis_address) == ("postgresql://db/hub", "redis://redis/0")
    assert (settings.redis_is_embedded, settings.rate_limits, settings.mentor_ticket_seconds) == (False, False, 60)
    assert (settings.public_address, settings.storage_address) == ("https://hub.example", "s3://bucket")
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.trusted_proxies == ("10.0.0.0/8", "127.0.0.1", "2001:db8::/32")
    assert settings.twilio_announcers == ("+15550100", "+15550101")


def test_what_is_set_to_nothing_is_not_set(given):
    settings = given(HUB_PORT="", HUB_ENV="", HUB_DATABASE_URL="", HUB_HOSTS="", HUB_SECRET_KEY="")

    assert (settings.port, settings.env, settings.database_url, settings.hosts) == (8080, "development", "", {})


def test_settings_never_change(given):
    with pytest.raises(ValidationError, match="frozen"):
        given().port = 1


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("HUB_ENV", "staging", "Input should be 'development' or 'production'"),
        ("HUB_PORT", "eighty", "Input should be a valid integer, unable to parse string as an integer"),
        ("HUB_PORT", "70000", "Input should be less than or equal to 65535"),
        ("HUB_PORT", "-1", "Input should be greater than or equal to 0"),
        ("HUB_WORKERS", "0", "Input should be greater than or equal to 1"),
        ("HUB_RATE_LIMITS", "perhaps", "Input should be a valid boolean, unable to interpret input"),
        ("HUB_MENTOR_TICKET_SECONDS", "0", "Input should be greater than 0"),
        ("HUB_PING_INTERVAL_SECONDS", "soon", "Input should be a valid number, unable to parse string as a number"),
        ("HUB_DATABASE_URL", "mysql://db/hub", "begins with none of sqlite:///, postgresql://, postgres://"),
        ("HUB_DATABASE_URL", "sqlite://relative", "begins with none of sqlite:///, postgresql://, postgres://"),
        ("HUB_REDIS_URL", "localhost:6379", "begins with none of redis://, rediss://, unix://"),
        ("HUB_PUBLIC_URL", "hub.example", "begins with none of http://, https://"),
        ("HUB_STORAGE_URL", "/images", "begins with none of file://, s3://, gs://, az://"),
        ("HUB_TRUSTED_PROXIES", "10.0.0.0/8,proxy", "'proxy' does not appear to be an IPv4 or IPv6 network"),
        ("HUB_HOSTS", "api.example", "is a list of host=dialect"),
        ("HUB_HOSTS", "=vivere", "is a list of host=dialect"),
        ("HUB_HOSTS", "api.example=klingon", "knows no dialect called 'klingon'"),
    ],
)
def test_a_bad_setting_is_named_in_one_line(given, variable, value, words):
    assert complaint(given, **{variable: value}) == f"{variable}: {words}"


def test_host_names_speak_dialects(given):
    settings = given(HUB_HOSTS="API.example = vivere".replace(" ", "") + ", www.example=vivere,")

    assert settings.hosts == {"api.example": "vivere", "www.example": "vivere"}


def test_a_secret_may_come_from_a_file_and_the_file_counts_more(given, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(A_SECRET + "\n")

    settings = given(HUB_ENV="production", HUB_SECRET_KEY="short", HUB_SECRET_KEY_FILE=str(secret))

    assert settings.secret_key == A_SECRET


def test_every_setting_may_come_from_a_file(given, tmp_path):
    address = tmp_path / "address"
    address.write_text("postgresql://db/hub")

    assert given(HUB_DATABASE_URL_FILE=str(address)).database_url == "postgresql://db/hub"


def test_a_file_that_cannot_be_read_is_named_in_one_line(given, tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe")

    missing = complaint(given, HUB_SECRET_KEY_FILE=str(tmp_path / "nowhere"))
    assert missing == "HUB_SECRET_KEY_FILE: No such file or directory"
    assert complaint(given, HUB_SECRET_KEY_FILE=str(tmp_path)) == "HUB_SECRET_KEY_FILE: Is a directory"
    binary = complaint(given, HUB_SECRET_KEY_FILE=str(tmp_path / "binary"))
    assert binary == "HUB_SECRET_KEY_FILE: it is not a text file"


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ("", "HUB_SECRET_KEY is missing; production needs one of at least 32 bytes"),
        ("x" * 31, "HUB_SECRET_KEY is shorter than 32 bytes"),
        ("ü" * 15, "HUB_SECRET_KEY is shorter than 32 bytes"),
        ("development-" + "x" * 32, "HUB_SECRET_KEY was made for development; production needs one of its own"),
    ],
)
def test_production_refuses_a_weak_secret(given, secret, words):
    assert complaint(given, HUB_ENV="production", HUB_SECRET_KEY=secret) == words


@pytest.mark.parametrize(
    "setting", ["HUB_GOOGLE_URL", "HUB_GITHUB_URL", "HUB_GITHUB_API_URL", "HUB_FACEBOOK_DIALOG_URL"]
)
def test_who_vouches_for_people_is_asked_over_tls_in_production_and_has_a_secret(given, setting):
    provider = "_".join(setting.split("_")[:2])
    client = {f"{provider}_CLIENT_ID": "us"}
    whole = {**client, f"{provider}_CLIENT_SECRET": "hush", setting: "http://127.0.0.1:9"}
    production = {"HUB_ENV": "production", "HUB_SECRET_KEY": "x" * 32}

    assert complaint(given, **client) == f"{provider}_CLIENT_SECRET is missing; {provider}_CLIENT_ID needs it"
    assert complaint(given, **whole, **production) == f"{setting}: begins not with https://, which production needs"
    assert given(**whole, HUB_ENV="development").in_development


def test_production_takes_a_strong_secret_and_keeps_it_out_of_sight(given):
    settings = given(HUB_ENV="production", HUB_SECRET_KEY="ü" * 16, HUB_TWILIO_AUTH_TOKEN="hush")

    assert settings.secret_key == "ü" * 16
    assert "ü" not in repr(settings)
    assert "hush" not in repr(settings)


def test_development_makes_its_secret_once_and_for_its_owner_only(given, tmp_path):
    first = given()
    kept = tmp_path / "var" / "secret"

    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert first.secret_key == kept.read_text() == load().secret_key
    assert first.secret_key.startswith("development-")
    assert len(first.secret_key) > 50
    assert complaint(given, HUB_ENV="production", HUB_SECRET_KEY=first.secret_key) == (
        "HUB_SECRET_KEY was made for development; production needs one of its own"
    )


P256 = pem_of(new_key())
P384 = pem_of(ec.generate_private_key(ec.SECP384R1()))
RSA = pem_of(rsa.generate_private_key(65537, 2048))
RAW = base64.urlsafe_b64encode(b"7" * 32).decode().rstrip("=")
APNS = {
    "HUB_APNS_KEY": P256,
    "HUB_APNS_KEY_ID": "ABC123DEFG",
    "HUB_APNS_TEAM_ID": "DEF123GHIJ",
    "HUB_APNS_TOPIC": "org.example.halp",
}
ACCOUNT = {
    "project_id": "halp-example",
    "client_email": "hub@halp-example.iam.example",
    "private_key": RSA,
    "token_uri": "https://oauth2.example/token",
}
VAPID = {"HUB_VAPID_PRIVATE_KEY": P256, "HUB_VAPID_SUBJECT": "mailto:olga@example.org"}
NO_P256 = "it is no private key of the curve P-256, as PEM text or raw in base64url"


def fcm(**changes: object) -> dict[str, str]:
    return {"HUB_FCM_SERVICE_ACCOUNT": json.dumps({**ACCOUNT, **changes})}


@pytest.mark.parametrize("env", [{}, {"HUB_ENV": "production", "HUB_SECRET_KEY": A_SECRET}], ids=["dev", "production"])
@pytest.mark.parametrize(
    "provider",
    [
        APNS,
        fcm(),
        VAPID,
        {**VAPID, "HUB_VAPID_PRIVATE_KEY": RAW, "HUB_VAPID_SUBJECT": "https://example.org/contact"},
        {**VAPID, "HUB_VAPID_PRIVATE_KEY": RAW + "="},
        {"HUB_APNS_KEY": "console", "HUB_FCM_SERVICE_ACCOUNT": "console", "HUB_VAPID_PRIVATE_KEY": "console"},
    ],
    ids=["apns", "fcm", "vapid", "vapid raw", "vapid padded", "console"],
)
def test_a_provider_that_is_set_whole_is_taken(given, provider, env):
    settings = given(**provider, **env)

    assert [name for name, value in provider.items() if getattr(settings, name[4:].lower()) != value] == []
    assert "PRIVATE KEY" not in repr(settings)


@pytest.mark.parametrize(
    ("provider", "words"),
    [
        ({**APNS, "HUB_APNS_KEY": "a key"}, f"HUB_APNS_KEY: {NO_P256}"),
        ({**APNS, "HUB_APNS_KEY": P256[:100]}, f"HUB_APNS_KEY: {NO_P256}"),
        ({**APNS, "HUB_APNS_KEY": P384}, f"HUB_APNS_KEY: {NO_P256}"),
        ({**APNS, "HUB_APNS_KEY": RSA}, f"HUB_APNS_KEY: {NO_P256}"),
        ({**APNS, "HUB_APNS_KEY_ID": ""}, "HUB_APNS_KEY_ID is missing; HUB_APNS_KEY needs it"),
        ({**APNS, "HUB_APNS_TEAM_ID": ""}, "HUB_APNS_TEAM_ID is missing; HUB_APNS_KEY needs it"),
        ({**APNS, "HUB_APNS_TOPIC": ""}, "HUB_APNS_TOPIC is missing; HUB_APNS_KEY needs it"),
        ({**VAPID, "HUB_VAPID_PRIVATE_KEY": RAW[:-2]}, f"HUB_VAPID_PRIVATE_KEY: {NO_P256}"),
        ({**VAPID, "HUB_VAPID_PRIVATE_KEY": "A" * 43}, f"HUB_VAPID_PRIVATE_KEY: {NO_P256}"),
        ({**VAPID, "HUB_VAPID_PRIVATE_KEY": "ключ"}, f"HUB_VAPID_PRIVATE_KEY: {NO_P256}"),
        ({**VAPID, "HUB_VAPID_SUBJECT": ""}, "HUB_VAPID_SUBJECT is missing; HUB_VAPID_PRIVATE_KEY needs it"),
        ({**VAPID, "HUB_VAPID_SUBJECT": "Olga"}, "HUB_VAPID_SUBJECT: begins with none of mailto:, https://"),
        (fcm(project_id=""), "HUB_FCM_SERVICE_ACCOUNT: its project_id: String should have at least 1 character"),
        (fcm(client_email=7), "HUB_FCM_SERVICE_ACCOUNT: its client_email: Input should be a valid string"),
        (fcm(token_uri="ftp://x"), "HUB_FCM_SERVICE_ACCOUNT: its token_uri: begins with none of http://, https://"),
        (fcm(private_key=P256), "HUB_FCM_SERVICE_ACCOUNT: its private_key: is no RSA key in PEM text"),
        (
            fcm(private_key="hush"),
            "HUB_FCM_SERVICE_ACCOUNT: its private_key: is no PEM text of a private key, or is encrypted",
        ),
    ],
)
def test_a_provider_that_is_set_by_halves_stops_the_start_in_one_line(given, provider, words):
    assert complaint(given, **provider) == words


@pytest.mark.parametrize("text", ["/etc/hub/firebase.json", "[]", "{", "hush"])
def test_a_service_account_that_is_not_google_s_json_stops_the_start_in_one_line(given, text):
    words = complaint(given, HUB_FCM_SERVICE_ACCOUNT=text)

    assert words.startswith("HUB_FCM_SERVICE_ACCOUNT: ")
    assert ("hush" in words, "\n" in words) == (False, False)


LOAD_OFTEN = """
import os, sys
from hub.settings import load
sys.stdout.write("ready")
sys.stdout.flush()
sys.stdin.readline()
for number in range(30):
    os.environ["HUB_DATA_DIR"] = f"{sys.argv[1]}/{number}"
    print(load().secret_key)
"""


def test_parts_that_start_at_once_agree_on_one_secret(tmp_path):
    command = [sys.executable, "-c", LOAD_OFTEN, str(tmp_path)]
    parts = [
        subprocess.Popen(command, env={}, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for part in parts:
        assert part.stdout.read(5) == "ready"
    for part in parts:
        part.stdin.write("\n")
        part.stdin.flush()

    said = [part.communicate()[0] for part in parts]

    assert said[0].count("development-") == 30
    assert said == [said[0]] * 3


def test_a_secret_file_that_was_left_empty_is_filled(given, tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret").touch(mode=0o600)

    assert given().secret_key.startswith("development-")


def test_a_data_folder_that_cannot_be_made_is_named_in_one_line(given, tmp_path):
    (tmp_path / "file").touch()

    assert complaint(given, HUB_DATA_DIR=str(tmp_path / "file" / "var")) == (
        f"HUB_DATA_DIR: {tmp_path}/file/var: Not a directory"
    )


def test_a_data_folder_is_meant_from_where_the_hub_was_started(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert given(HUB_DATA_DIR="here").data_dir == tmp_path / "here"


def test_a_long_data_folder_has_its_socket_in_a_short_and_private_place(given, tmp_path, monkeypatch):
    # The test's own folder may be long by itself.
    short = Path(tempfile.mkdtemp(prefix="hub-"))
    monkeypatch.setattr("tempfile.tempdir", str(short))
    settings = given(HUB_DATA_DIR=str(tmp_path / ("long" * 30)))
    other = given(HUB_DATA_DIR=str(tmp_path / ("gnol" * 30)))

    folder = settings.redis_socket.parent
    assert (folder.parent, stat.S_IMODE(folder.stat().st_mode)) == (short, 0o700)
    assert len(os.fsencode(settings.redis_socket)) <= 107
    assert settings.redis_socket == given(HUB_DATA_DIR=str(settings.data_dir)).redis_socket
    assert settings.redis_socket != other.redis_socket
    shutil.rmtree(short)


def test_a_short_place_that_belongs_to_somebody_else_stops_the_start(given, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("os.getuid", lambda: tmp_path.stat().st_uid + 1)

    with pytest.raises(BadSetting, match=r"^HUB_DATA_DIR: its path is long and \S+ belongs to somebody else$"):
        given(HUB_DATA_DIR=str(tmp_path / ("long" * 30)))


@pytest.mark.parametrize("zone", ["Nope", "Asia/Nowhere", "../etc/passwd", "Europe"])
def test_a_time_zone_that_nobody_knows_stops_the_start(given, zone):
    said = f"HUB_TIMEZONE: knows no time zone {zone!r}; they are called like Asia/Kolkata"

    assert complaint(given, HUB_TIMEZONE=zone) == said
