"""The providers that vouch for people: where each is asked, and how it says who came."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from hub.domain.identities import Vouched
from hub.http.oauth_google import Google
from hub.http.oauth_said import email_in, picture_in, text_in
from hub.http.oauth_states import Begun
from hub.http.oauth_talk import Registration, Talk
from hub.settings import Settings


class Provider(Protocol):
    @property
    def about(self) -> Registration: ...

    async def consent_address(self, talk: Talk, begun: Begun) -> str:
        """Where a person is sent to be asked. Raises Unavailable."""

    async def person(self, talk: Talk, code: str, begun: Begun) -> Vouched:
        """Who came back with `code`. Raises NotVouched and Unavailable."""


@dataclass(frozen=True)
class GitHub:
    about: Registration
    url: str
    api_url: str

    async def consent_address(self, talk: Talk, begun: Begun) -> str:
        return talk.consent_address(f"{self.url}/login/oauth/authorize", begun)

    async def person(self, talk: Talk, code: str, begun: Begun) -> Vouched:
        await talk.exchange(f"{self.url}/login/oauth/access_token", code, begun)
        said = await talk.ask(f"{self.api_url}/user")
        number = said.get("id") if isinstance(said, dict) else None
        # A login can be given up and taken by somebody else; the number stays.
        if not isinstance(number, int) or isinstance(number, bool):
            raise self.about.away("it names nobody")
        first, _, last = (text_in(said.get("name")) or text_in(said.get("login"))).partition(" ")
        email = _first_verified(await talk.ask_if_allowed(f"{self.api_url}/user/emails"))
        return Vouched("github", str(number), first, text_in(last), email, picture_in(said.get("avatar_url")))


def _first_verified(said: Any) -> str | None:
    """The address that is both the person's first and known to be theirs."""
    for address in said if isinstance(said, list) else []:
        if isinstance(address, dict) and address.get("primary") is True and address.get("verified") is True:
            return email_in(address.get("email"))
    return None


@dataclass(frozen=True)
class Facebook:
    about: Registration
    dialog_url: str
    graph_url: str

    async def consent_address(self, talk: Talk, begun: Begun) -> str:
        return talk.consent_address(f"{self.dialog_url}/dialog/oauth", begun)

    async def person(self, talk: Talk, code: str, begun: Begun) -> Vouched:
        granted = await talk.exchange(f"{self.graph_url}/oauth/access_token", code, begun)
        secret, token = self.about.client_secret.encode(), granted["access_token"].encode()
        proof = hmac.new(secret, token, hashlib.sha256).hexdigest()
        fields = "id,first_name,last_name,email,picture.type(large)"
        said = await talk.ask(f"{self.graph_url}/me", fields=fields, appsecret_proof=proof)
        subject = said.get("id") if isinstance(said, dict) else None
        if not (isinstance(subject, str) and subject.isascii() and subject.isalnum() and len(subject) <= 100):
            raise self.about.away("it names nobody")
        first, last = text_in(said.get("first_name")), text_in(said.get("last_name"))
        # Facebook tells no address that it has not seen to be theirs.
        return Vouched("facebook", subject, first, last, email_in(said.get("email")), _picture(said.get("picture")))


def _picture(said: Any) -> str | None:
    within = said.get("data") if isinstance(said, dict) else None
    return picture_in(within.get("url")) if isinstance(within, dict) else None


def _google(settings: Settings, redirect_uri: str) -> Provider:
    client = settings.google_client_id, settings.google_client_secret
    about = Registration("google", "Google", *client, "openid email profile", redirect_uri)
    return Google(about, settings.google_url)


def _github(settings: Settings, redirect_uri: str) -> Provider:
    client = settings.github_client_id, settings.github_client_secret
    about = Registration("github", "GitHub", *client, "read:user user:email", redirect_uri)
    return GitHub(about, settings.github_url, settings.github_api_url)


def _facebook(settings: Settings, redirect_uri: str) -> Provider:
    client = settings.facebook_client_id, settings.facebook_client_secret
    about = Registration("facebook", "Facebook", *client, "public_profile email", redirect_uri)
    return Facebook(about, settings.facebook_dialog_url, settings.facebook_url)


MAKERS: dict[str, Callable[[Settings, str], Provider]] = {"google": _google, "github": _github, "facebook": _facebook}


def provider_called(name: str, settings: Settings, *, redirect_uri: str) -> Provider | None:
    """The provider, which sends people back to `redirect_uri`; None where it is unknown or not set up."""
    maker = MAKERS.get(name)
    provider = None if maker is None else maker(settings, redirect_uri)
    return provider if provider is not None and provider.about.client_id else None
