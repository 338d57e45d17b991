"""What settings of providers must be like, so that each whose secret is set can be spoken to."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, Field, ValidationError, field_validator

from hub import smtp_address

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from hub.settings import Settings

CONSOLE = "console"
"""Said instead of a provider's secret: what would be sent is printed and put into the outbox."""


OAUTH_PROVIDERS = {
    "google": ("google_url",),
    "github": ("github_url", "github_api_url"),
    "facebook": ("facebook_url", "facebook_dialog_url"),
}
"""Who can vouch for people that sign in, each with its addresses; on once its client id is set."""


class BadSetting(Exception):
    """A setting that the hub cannot start with; its text is the one line for the operator."""


def beginning_with(*beginnings: str) -> AfterValidator:
    """An address that the hub understands, or none; it is used as it stands, so a bad one must not pass here."""

    def check(address: str) -> str:
        if address and not address.startswith(beginnings):
            raise ValueError(f"begins with none of {', '.join(beginnings)}")
        return address

    return AfterValidator(check)


WebAddress = Annotated[str, beginning_with("http://", "https://")]


class ServiceAccount(BaseModel):
    """What Google's JSON text for a service account must say."""

    project_id: str = Field(min_length=1)
    client_email: str = Field(min_length=1)
    private_key: str = Field(repr=False)
    private_key_id: str = ""
    token_uri: WebAddress = Field(min_length=1)

    @field_validator("private_key")
    @classmethod
    def _is_rsa(cls, value: str) -> str:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

        if not isinstance(_key_in(value), RSAPrivateKey):
            raise ValueError("is no RSA key in PEM text")
        return value


def p256_key(text: str) -> EllipticCurvePrivateKey:
    """The private key in a PEM text, or a raw one in base64url; raises ValueError where it is none of P-256."""
    from cryptography.hazmat.primitives.asymmetric import ec

    if "-----BEGIN" not in text:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if len(raw) != 32:
            raise ValueError("has not the 32 bytes of a raw key")
        return ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())
    key = _key_in(text)
    if not (isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)):
        raise ValueError("is a key of another kind")
    return key


def _key_in(pem: str) -> object:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("is no PEM text of a private key, or is encrypted") from None


def refuse_half_gateways(settings: Settings) -> None:
    """A provider whose secret is set can be spoken to."""
    if settings.apns_key not in ("", CONSOLE):
        _refuse_bad_p256_key("HUB_APNS_KEY", settings.apns_key)
        _demand(settings, "apns_key_id", "apns_team_id", "apns_topic", by="HUB_APNS_KEY")
    if settings.vapid_private_key not in ("", CONSOLE):
        _refuse_bad_p256_key("HUB_VAPID_PRIVATE_KEY", settings.vapid_private_key)
        _demand(settings, "vapid_subject", by="HUB_VAPID_PRIVATE_KEY")
        if not settings.vapid_subject.startswith(("mailto:", "https://")):
            raise BadSetting("HUB_VAPID_SUBJECT: begins with none of mailto:, https://")
    if settings.smtp_url not in ("", CONSOLE):
        if not settings.in_development:
            _demand(settings, "mail_from", by="HUB_SMTP_URL")
        _refuse_unreadable("HUB_SMTP_URL", smtp_address.server_at, settings.smtp_url)
    if settings.mail_from:
        _refuse_unreadable("HUB_MAIL_FROM", smtp_address.sender_in, settings.mail_from)
    if settings.twilio_from not in ("", CONSOLE):
        _demand(settings, "twilio_account_sid", "twilio_auth_token", by="HUB_TWILIO_FROM")
    for provider, addresses in OAUTH_PROVIDERS.items():
        if getattr(settings, f"{provider}_client_id"):
            _demand(settings, f"{provider}_client_secret", by=f"HUB_{provider.upper()}_CLIENT_ID")
            _refuse_plain_http(settings, addresses)
    if settings.fcm_service_account not in ("", CONSOLE):
        service_account(settings.fcm_service_account)


def service_account(text: str) -> ServiceAccount:
    try:
        return ServiceAccount.model_validate_json(text)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = f"its {first['loc'][0]}: " if first["loc"] else ""
        raise BadSetting(f"HUB_FCM_SERVICE_ACCOUNT: {where}{first['msg'].removeprefix('Value error, ')}") from None


def _refuse_plain_http(settings: Settings, names: tuple[str, ...]) -> None:
    """Whoever listens on the way to a provider could sign in as anybody."""
    for name in names:
        if not settings.in_development and not getattr(settings, name).startswith("https://"):
            raise BadSetting(f"HUB_{name.upper()}: begins not with https://, which production needs")


def _demand(settings: Settings, *names: str, by: str) -> None:
    for name in names:
        if not getattr(settings, name):
            raise BadSetting(f"HUB_{name.upper()} is missing; {by} needs it")


def _refuse_unreadable(name: str, read: Callable[[str], object], text: str) -> None:
    try:
        read(text)
    except ValueError as wrong:
        raise BadSetting(f"{name}: {wrong}") from None


def _refuse_bad_p256_key(name: str, text: str) -> None:
    try:
        p256_key(text)
    except ValueError:
        # What exactly is wrong with a secret is not for a log.
        raise BadSetting(f"{name}: it is no private key of the curve P-256, as PEM text or raw in base64url") from None
