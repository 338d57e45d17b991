"""Techfesia's users, as staff and as they themselves see them."""

from __future__ import annotations

from typing import Any

from hub.domain import privileges
from hub.domain.pages import Page
from hub.wire import techfesia
from models import Account


def user(account: Account) -> dict[str, Any]:
    """The ten fields, and ours: how they hear of what concerns them."""
    return {**techfesia.user(account), "notifyBy": account.told_by}


def profile(account: Account) -> dict[str, Any]:
    return {**techfesia.profile(account), "notifyBy": account.told_by}


def page(page: Page[Account]) -> dict[str, Any]:
    users = [techfesia.user(account) for account in page.rows]
    return {"currentPage": page.number, "noOfPages": page.pages, "users": users}


def privileges_of(account: Account) -> dict[str, Any]:
    """Only staff have them one by one."""
    state = privileges.state_of(account)
    return {"state": state, **({"privileges": privileges.of(account)} if state == privileges.STAFF else {})}
