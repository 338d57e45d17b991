"""The hub's settings: the environment `HUB_*`, read once into a frozen value.

A secret may also come from a file named by `HUB_<NAME>_FILE`. A bad or missing setting stops the start with one line
that names it. Nothing below the edges reads the environment; they are handed values.
"""

from __future__ import annotations

import fcntl
import hashlib
import ipaddress
import os
import re
import secrets
import tempfile
from base64 import urlsafe_b64encode
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from hub.listening import url_of
from hub.provider_settings import CONSOLE, BadSetting, WebAddress, beginning_with, p256_key, refuse_half_gateways

DIALECTS = ("vivere", "techfesia", "flux", "halp")
DEVELOPMENT_SECRET_PREFIX = "development-"
LONGEST_SOCKET_PATH = 107
"""Bytes that the kernel takes for a unix socket's path."""
SHORTEST_SECRET = 32

Words = Annotated[tuple[str, ...], NoDecode]
Seconds = Annotated[int, Field(gt=0)]
Fraction = Annotated[float, Field(ge=0.05, allow_inf_nan=False)]
"""Seconds, or a part of one."""
Milliseconds = Annotated[int, Field(ge=0)]
DatabaseAddress = Annotated[str, beginning_with("sqlite:///", "postgresql://", "postgres://")]
RedisAddress = Annotated[str, beginning_with("redis://", "rediss://", "unix://")]
SmtpAddress = Annotated[str, beginning_with("smtp://", "smtps://", CONSOLE)]
StoreAddress = Annotated[str, beginning_with("file://", "s3://", "gs://", "az://")]


class Budget(NamedTuple):
    """How many within how many seconds."""

    most: int
    seconds: int


DEFAULT_SMS_BUDGETS = {
    "number": Budget(3, 3600),
    "address": Budget(10, 3600),
    "prefix": Budget(50, 3600),
    "day": Budget(1000, 86400),
}
"""Text messages to one number, asked for from one address, to numbers that begin alike, and all."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HUB_", env_ignore_empty=True, frozen=True, extra="ignore")

    env: Literal["development", "production"] = "development"
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    data_dir: Path = Path("var")
    database_url: DatabaseAddress = ""
    redis_url: RedisAddress = ""
    secret_key: str = Field("", repr=False)
    public_url: WebAddress = ""
    hosts: Annotated[dict[str, str], NoDecode] = {}
    """Host names that speak one dialect at their root."""
    cors_origins: Words = ("*",)
    trusted_proxies: Words = ()
    """Networks whose X-Forwarded-For is believed."""
    rate_limits: bool = True
    most_sockets: int = Field(0, ge=0)
    """Sockets that one node holds; 0 means as many as its limit of open files leaves room for."""
    most_memory_mb: int = Field(0, ge=0)
    """Megabytes that one node may hold in memory; 0 means most of what its container or machine has."""
    workers: int = Field(2, ge=1)
    storage_url: StoreAddress = ""
    timezone: str = "UTC"
    """In which the festival's dates and times are meant."""

    mentor_ticket_seconds: Seconds = 1800
    vivere_token_seconds: Seconds = 604800
    access_token_seconds: Seconds = 900
    refresh_token_seconds: Seconds = 2592000
    halp_session_seconds: Seconds = 7776000
    """How long a sign-in of Halp lasts after its last use."""
    console_session_seconds: Seconds = 43200
    """How long a sign-in to the console lasts after its last use."""
    push_grace_seconds: int = Field(5, ge=0)
    """How long a person has to read elsewhere before their devices are pushed to."""
    poll_duration_ms: Annotated[int, Field(gt=0)] = 2000
    poll_interval_ms: Annotated[int, Field(gt=0)] = 250
    handshake_grace_ms: Milliseconds = 1000
    """What a hand stays held out beyond the poll duration that clients are told."""
    pin_max_seconds: Seconds = 604800
    phone_code_seconds: Seconds = 600
    phone_nonce_seconds: Seconds = 86400
    """How long somebody who has shown a number to be theirs may take to register with it."""
    magic_link_seconds: Seconds = 86400
    call_claim_seconds: Seconds = 900
    """How long nobody else is asked to call the same member."""
    figures_seconds: Seconds = 60
    small_group: int = Field(0, ge=0)
    """Groups of fewer members than this are left out of the figures."""
    member_page_url: WebAddress = ""
    """Where the link in mails to members leads, with their secret as `?s=`; unset, the public address."""
    journal_seconds: Seconds = 86400
    ping_interval_seconds: Fraction = 20
    ping_timeout_seconds: Fraction = 10

    vivere_checkin_password: str = Field("", repr=False)
    smtp_url: SmtpAddress = Field("", repr=False)
    """`smtp://user:password@host:port?starttls=1`, `smtps://…`, or `console`."""
    mail_from: str = ""
    twilio_url: WebAddress = "https://api.twilio.com"
    twilio_from: str = ""
    """The number that text messages come from, or `console`."""
    sms_countries: Words = ()
    """ISO codes of the countries that text messages are sent to; none outside development, all in it."""
    sms_budgets: Annotated[dict[str, Budget], NoDecode] = DEFAULT_SMS_BUDGETS
    twilio_account_sid: str = ""
    twilio_auth_token: str = Field("", repr=False)
    twilio_announcers: Words = ()
    """Numbers whose text messages become announcements."""

    fcm_service_account: str = Field("", repr=False)
    """Google's JSON text; it also names where access tokens are granted."""
    fcm_url: WebAddress = "https://fcm.googleapis.com"
    apns_url: WebAddress = "https://api.push.apple.com"
    apns_key: str = Field("", repr=False)
    """Apple's .p8 as PEM text."""
    apns_key_id: str = ""
    apns_team_id: str = ""
    apns_topic: str = ""
    """The app's bundle id."""
    vapid_private_key: str = Field("", repr=False)
    """PEM text, or the raw key in base64url, of the P-256 key that browsers know this hub by."""
    vapid_subject: str = ""
    """`mailto:` or `https:` address at which push services reach the operator."""
    payments: Literal["", "console"] = ""
    """How sessions are paid for; unset, not at all in production and by the console in development."""
    facebook_client_id: str = ""
    facebook_client_secret: str = Field("", repr=False)
    facebook_url: WebAddress = "https://graph.facebook.com"
    facebook_dialog_url: WebAddress = "https://www.facebook.com"
    """Where people are asked whether they want to sign in by Facebook."""
    google_client_id: str = ""
    google_client_secret: str = Field("", repr=False)
    google_url: WebAddress = "https://accounts.google.com"
    """The issuer; its discovery document names everything else."""
    github_client_id: str = ""
    github_client_secret: str = Field("", repr=False)
    github_url: WebAddress = "https://github.com"
    github_api_url: WebAddress = "https://api.github.com"

    @field_validator("cors_origins", "trusted_proxies", "twilio_announcers", "sms_countries", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(word.strip() for word in value.split(",") if word.strip()) if isinstance(value, str) else value

    @field_validator("hosts", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        """`api.example.org=vivere,…` as a mapping; an unknown dialect is refused."""
        if not isinstance(value, str):
            return value
        pairs = dict(_host_and_dialect(word) for word in value.split(",") if word.strip())
        unknown = sorted(set(pairs.values()) - set(DIALECTS))
        if unknown:
            raise ValueError(f"knows no dialect called {unknown[0]!r}")
        return pairs

    @field_validator("sms_budgets", mode="before")
    @classmethod
    def _budgets(cls, value: object) -> object:
        return budgets_in(value) if isinstance(value, str) else value

    @field_validator("sms_countries")
    @classmethod
    def _are_countries(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(country(word) for word in value)

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for word in value:
            ipaddress.ip_network(word, strict=False)
        return value

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.absolute()

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (OSError, ValueError, ZoneInfoNotFoundError):
            raise ValueError(f"knows no time zone {value!r}; they are called like Asia/Kolkata") from None

    @field_validator(
        *("public_url", "storage_url", "fcm_url", "apns_url", "twilio_url"),
        *("facebook_url", "facebook_dialog_url", "google_url", "github_url", "github_api_url"),
    )
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _production_is_strict(self) -> Settings:
        if self.env == "production":
            refuse_weak_secret(self.secret_key)
        return self

    @model_validator(mode="after")
    def _gateways_are_whole(self) -> Settings:
        refuse_half_gateways(self)
        return self

    @property
    def port_is_chosen(self) -> bool:
        return "port" in self.model_fields_set

    @property
    def public_url_is_chosen(self) -> bool:
        return bool(self.public_url)

    @property
    def redis_is_embedded(self) -> bool:
        return not self.redis_url

    @property
    def in_development(self) -> bool:
        return self.env == "development"

    @cached_property
    def redis_socket(self) -> Path:
        """Where the embedded Valkey listens: in the data folder.

        Where that path is too long, in a private temporary folder named after it.
        """
        beside_the_data = self.data_dir / "valkey.sock"
        if len(os.fsencode(beside_the_data)) <= LONGEST_SOCKET_PATH:
            return beside_the_data
        name = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"hub-{os.getuid()}-{name}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise BadSetting(f"HUB_DATA_DIR: its path is long and {folder} belongs to somebody else")
        return folder / "valkey.sock"

    @property
    def hand_held_out_for(self) -> timedelta:
        """How long a hand waits to be taken: a little longer than clients are told, for the way there and back."""
        return timedelta(milliseconds=self.poll_duration_ms + self.handshake_grace_ms)

    @cached_property
    def vapid_public_key(self) -> str | None:
        """The key that browsers subscribe with, in base64url; None where Web Push has no key of its own."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        if self.vapid_private_key in ("", CONSOLE):
            return None
        key = p256_key(self.vapid_private_key).public_key()
        point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return urlsafe_b64encode(point).decode().rstrip("=")

    @property
    def mail_is_on(self) -> bool:
        return bool(self.smtp_url) or self.in_development

    @property
    def payments_are_on(self) -> bool:
        return bool(self.payments) or self.in_development

    @property
    def sms_is_on(self) -> bool:
        return bool(self.twilio_from) or self.in_development

    @property
    def mail_sender(self) -> str:
        """Who mails come from; production has to say it."""
        return self.mail_from or "The hub <hub@localhost>"

    @property
    def member_page_address(self) -> str:
        return self.member_page_url or f"{self.public_address}/"

    @property
    def redis_address(self) -> str:
        return self.redis_url or f"unix://{quote(str(self.redis_socket))}?db=0"

    @property
    def database_address(self) -> str:
        return self.database_url or f"sqlite:///{quote(str(self.data_dir / 'hub.sqlite3'))}"

    @property
    def public_address(self) -> str:
        """What links in replies begin with."""
        return self.public_url or url_of(self.host, self.port)

    @property
    def storage_address(self) -> str:
        return self.storage_url or (self.data_dir / "images").as_uri()


def budgets_in(text: str) -> dict[str, Budget]:
    """`number=3/3600,day=1000/86400`: how many of each within how many seconds; what is not named stays as it is."""
    found = dict(DEFAULT_SMS_BUDGETS)
    for word in filter(None, (word.strip() for word in text.split(","))):
        parts = re.fullmatch(r"([a-z]+)=([0-9]{1,9})/([0-9]{1,9})", word)
        if parts is None or parts[1] not in found or not int(parts[3]):
            names = ", ".join(found)
            raise ValueError(f"has {word!r}, which is not name=count/seconds with a name out of {names}")
        found[parts[1]] = Budget(int(parts[2]), int(parts[3]))
    return found


def country(word: str) -> str:
    """An ISO code in capitals; raises ValueError for what is no country with telephones."""
    from phonenumbers import SUPPORTED_REGIONS

    if word.upper() not in SUPPORTED_REGIONS:
        raise ValueError(f"knows no country {word!r}; countries are ISO codes such as AU")
    return word.upper()


def _host_and_dialect(word: str) -> tuple[str, str]:
    host, equals, dialect = word.strip().partition("=")
    if not (host and equals and dialect):
        raise ValueError("is a list of host=dialect")
    return host.lower(), dialect


def refuse_weak_secret(secret: str) -> None:
    if not secret:
        raise BadSetting("HUB_SECRET_KEY is missing; production needs one of at least 32 bytes")
    if secret.startswith(DEVELOPMENT_SECRET_PREFIX):
        raise BadSetting("HUB_SECRET_KEY was made for development; production needs one of its own")
    if len(secret.encode()) < SHORTEST_SECRET:
        raise BadSetting(f"HUB_SECRET_KEY is shorter than {SHORTEST_SECRET} bytes")


def load() -> Settings:
    """Read the settings; raises BadSetting with one line. Makes the data folder and, in development, the secret."""
    try:
        settings = Settings(**_from_files())
    except ValidationError as wrong:
        raise BadSetting(_one_line(wrong)) from None
    try:
        # People's names, numbers and addresses lie in there.
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = settings.secret_key or _development_secret(settings.data_dir)
        # Asked for here, so that a folder that is somebody else's stops the start and not the first use.
        _ = settings.redis_address
    except OSError as wrong:
        raise BadSetting(f"HUB_DATA_DIR: {wrong.filename}: {wrong.strerror}") from None
    return settings.model_copy(update={"secret_key": secret})


def unknown_variables() -> list[str]:
    """What looks like a setting and is none, such as a misspelt one."""
    known = {f"HUB_{name.upper()}{ending}" for name in Settings.model_fields for ending in ("", "_FILE")}
    return sorted(name for name in os.environ if name.startswith("HUB_") and name not in known)


def _from_files() -> dict[str, Any]:
    """The settings that are named by `HUB_<NAME>_FILE`."""
    variables = {name: f"HUB_{name.upper()}_FILE" for name in Settings.model_fields}
    return {name: _content(variable) for name, variable in variables.items() if os.environ.get(variable)}


def _content(variable: str) -> str:
    try:
        return Path(os.environ[variable]).read_text().strip()
    except OSError as wrong:
        raise BadSetting(f"{variable}: {wrong.strerror}") from None
    except UnicodeError:
        raise BadSetting(f"{variable}: it is not a text file") from None


def _one_line(wrong: ValidationError) -> str:
    first = wrong.errors()[0]
    name = str(first["loc"][0]).upper() if first["loc"] else "settings"
    return f"HUB_{name}: {first['msg'].removeprefix('Value error, ')}"


def _development_secret(data_dir: Path) -> str:
    """The secret of this data folder, made at the first start; parts that start at once agree on one."""
    handle = os.open(data_dir / "secret", os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        secret = file.read().strip()
        if not secret:
            secret = DEVELOPMENT_SECRET_PREFIX + secrets.token_urlsafe(32)
            file.write(secret)
    return secret
