"""Flux: the membership contract. Sign-up, verification by phone and mail, votes, and calls to members."""

from hub.http.dialect import Dialect
from hub.http.flux import feedback, figures, links, members, phone_bank, phones, places, polls, validation
from hub.http.flux.paths import routes
from hub.http.flux.refusals import refuse
from hub.wire.flux_shapes import Error

FLUX = Dialect(
    "flux",
    routes(
        v0=[*members.V0, *links.V0, *polls.V0, *validation.V0, *phone_bank.V0, *places.V0, *figures.V0],
        v1=[*phones.V1, *links.V1, *members.V1, *feedback.V1],
    ),
    refuse,
    title="Flux",
    description=(
        "Membership of a party: joining, being verified by phone and mail, votes, calls to members, and figures.\n\n"
        "Whoever calls sends the secret `s` in the JSON body. The calls of v0 also answer without `/api/v0`.\n\n"
        "A POST with `s` may carry `Idempotency-Key`: sent again with the same key, it has one effect."
    ),
    refusal=Error,
)
