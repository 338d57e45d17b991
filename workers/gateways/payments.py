"""Payments: who learnt pays who taught, and who enters an event pays the festival.

The console gateway puts what would be charged into the outbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import structlog

from hub import outbox

log = structlog.get_logger(__name__)

SESSION, REGISTRATION = "session", "registration"


@dataclass(frozen=True)
class Payment:
    key: str
    """The public id of what is paid for: asked for again under it, a provider makes the same payment, not another."""
    payer: int | None
    payee: int | None
    """None is the festival, where a registration is paid for."""
    amount: Decimal
    what: str = SESSION


class PaymentGateway(Protocol):
    def charge(self, payment: Payment) -> str:
        """Have it paid, once however often it is asked for; answers the provider's name for it."""


class ConsolePayments:
    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def charge(self, payment: Payment) -> str:
        said: dict[str, Any] = {
            payment.what: payment.key,
            "payer": payment.payer,
            "payee": payment.payee,
            "amount": str(payment.amount),
        }
        text = f"{payment.amount} for {payment.what} {payment.key}"
        to = "festival" if payment.what == REGISTRATION else str(payment.payee)
        path = outbox.put(self._data_dir, channel="payment", to=to, subject=None, text=text, payload=said)
        log.info("payment_in_outbox", what=payment.what, key=payment.key, file=path.name)
        return f"console-{payment.key}"
