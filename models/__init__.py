"""Tables and nothing else: database fields, one file per subject. Every table the hub owns is listed here."""

from models.accounts import Account, LoginFailure, RevokedCredential, Role
from models.attendance import Attendee, Stay
from models.base import db, locked
from models.festival import Announcement, Event, Location, Times
from models.idempotency import OnceOnly
from models.jobs import JobRow
from models.journal import JournalRow, Stream
from models.mentor_tickets import MentorTicket

TABLES = [
    Account,
    Role,
    RevokedCredential,
    LoginFailure,
    Attendee,
    Stay,
    Location,
    Event,
    Announcement,
    Times,
    MentorTicket,
    OnceOnly,
    JobRow,
    Stream,
    JournalRow,
]

__all__ = [*(table.__name__ for table in TABLES), "TABLES", "db", "locked"]
