"""`POST twilio/announcement`: an organiser texts the event's number."""

import pytest

from hub.http.twilio import signature
from tests.http.vivere.saying import NOON, no

OURS = "+16505550100"
ANNOUNCERS = pytest.mark.settings(twilio_announcers=(OURS,))
SIGNED = pytest.mark.settings(
    twilio_announcers=(OURS,), twilio_auth_token="12345", twilio_account_sid="AC1", hosts={"sms.example": "vivere"}
)
PRODUCTION = pytest.mark.settings(twilio_announcers=(OURS,), env="production")
SMS = {"From": OURS, "Body": "Lunch is served", "AccountSid": "AC1", "MessageSid": "SM1"}
ADDRESS = "https://hub.example/vivere/twilio/announcement"

NOT_TWILIO = (403, no("Not from Twilio", "The call is not signed with the account's token."))
ANNOUNCED = (200, "Announced.")
MAY_NOT = (200, "This number may not announce. Ask an organiser to add it.")
NOTHING = (200, "There was nothing to announce.")


async def text(hub, fields: dict[str, str], path: str = "/vivere/twilio/announcement", **headers: str):
    """Status, and what the sender is told; or the whole error."""
    status, reply = await hub.call("POST", path, data=fields, headers=headers)
    if isinstance(reply, str):
        assert reply.startswith('<?xml version="1.0" encoding="UTF-8"?><Response><Message>')
        reply = reply.partition("<Message>")[2].removesuffix("</Message></Response>")
    return status, reply


def signed(fields: dict[str, str], address: str = ADDRESS) -> dict[str, str]:
    return {"X-Twilio-Signature": signature(address, fields, "12345").decode()}


async def said(hub) -> list[str]:
    _, reply = await hub.get("/vivere/announcements")
    return [announcement["message"] for announcement in reply["data"]]


@ANNOUNCERS
async def test_the_text_of_a_known_number_is_announced(hub):
    answer = await text(hub, SMS)

    _, reply = await hub.get("/vivere/announcements")
    (announcement,) = reply["data"]
    assert answer == ANNOUNCED
    assert announcement == {"id": announcement["id"], "message": "Lunch is served", "time": NOON}


@ANNOUNCERS
async def test_the_reply_is_twiml(hub):
    async with hub.http.post("/vivere/twilio/announcement", data=SMS) as reply:
        assert (reply.status, reply.content_type) == (200, "application/xml")
        assert await reply.text() == (
            '<?xml version="1.0" encoding="UTF-8"?><Response><Message>Announced.</Message></Response>'
        )


@ANNOUNCERS
@pytest.mark.parametrize("sender", ["+16505550199", "", "6505550100", OURS + " "])
async def test_a_number_that_is_not_on_the_list_may_not_announce(hub, rows, sender):
    before = rows()

    assert await text(hub, {**SMS, "From": sender}) == MAY_NOT
    assert rows() == before


@ANNOUNCERS
@pytest.mark.parametrize("body", ["", "  \n", "a" * 10_001], ids=["empty", "blank", "too long"])
async def test_a_text_with_nothing_to_announce_announces_nothing(hub, rows, body):
    before = rows()

    assert await text(hub, {**SMS, "Body": body}) == NOTHING
    assert rows() == before


@ANNOUNCERS
async def test_a_text_that_twilio_delivers_twice_is_announced_once(hub):
    answers = [await text(hub, SMS), await text(hub, SMS)]

    assert answers == [ANNOUNCED, ANNOUNCED]
    assert await said(hub) == ["Lunch is served"]


@ANNOUNCERS
async def test_a_text_that_twilio_sends_again_with_what_went_wrong_is_announced_once(hub):
    await text(hub, SMS)

    assert await text(hub, {**SMS, "ErrorCode": "11200", "ErrorUrl": ADDRESS}) == ANNOUNCED
    assert await said(hub) == ["Lunch is served"]


@ANNOUNCERS
async def test_the_same_words_in_two_texts_are_announced_twice(hub):
    await text(hub, SMS)
    await text(hub, {**SMS, "MessageSid": "SM2"})

    assert await said(hub) == ["Lunch is served"] * 2


async def test_a_signature_is_made_as_twilio_documents_it():
    """The sample of Twilio's own libraries."""
    numbers = {"From": "+14158675309", "To": "+18005551212", "Caller": "+14158675309"}
    fields = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", **numbers}

    assert signature("https://mycompany.com/myapp.php?foo=1&bar=2", fields, "12345") == b"RSOYDt4T1cUTdK1PDd93/VVr8B8="


@SIGNED
async def test_a_signed_call_is_believed(hub):
    assert await text(hub, SMS, **signed(SMS)) == ANNOUNCED
    assert await said(hub) == ["Lunch is served"]


@SIGNED
async def test_a_call_to_a_host_of_the_contracts_own_is_signed_for_that_host(hub):
    fields = {**SMS, "Body": "Grüße & <3"}

    answer = await text(
        hub,
        fields,
        "/twilio/announcement",
        **signed(fields, "https://sms.example/twilio/announcement"),
        Host="sms.example",
    )

    assert answer == ANNOUNCED
    assert await said(hub) == ["Grüße & <3"]


@SIGNED
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
        {"X-Twilio-Signature": "größer"},
        signed({**SMS, "Body": "Dinner"}),
        signed(SMS, "https://elsewhere.example/vivere/twilio/announcement"),
    ],
    ids=["none", "empty", "another's", "not ASCII", "of another text", "of another address"],
)
async def test_a_call_without_the_right_signature_is_refused(hub, rows, headers):
    before = rows()

    assert await text(hub, SMS, **headers) == NOT_TWILIO
    assert rows() == before


@SIGNED
async def test_the_text_of_another_account_is_not_announced(hub, rows):
    fields = {**SMS, "AccountSid": "AC2"}
    before = rows()

    assert await text(hub, fields, **signed(fields)) == MAY_NOT
    assert rows() == before


@PRODUCTION
async def test_in_production_an_unsigned_call_is_refused(hub, rows):
    before = rows()

    assert await text(hub, SMS) == NOT_TWILIO
    assert rows() == before


@ANNOUNCERS
@pytest.mark.parametrize(
    "form",
    [b"From=%ff&Body=x", b"From=\xff&Body=x", b"Body=%00&From=" + OURS.encode(), b"&".join([b"a=b"] * 2000)],
    ids=["escaped bytes that are not UTF-8", "raw bytes that are not UTF-8", "NUL", "two thousand fields"],
)
async def test_a_form_that_cannot_be_read_is_refused(hub, rows, form):
    before = rows()
    form_type = {"Content-Type": "application/x-www-form-urlencoded"}

    status, reply = await hub.call("POST", "/vivere/twilio/announcement", data=form, headers=form_type)

    assert (status, reply["error"]["title"]) == (400, "Bad request")
    assert rows() == before
