"""Tables and nothing else: database fields, one file per subject. Every table the hub owns is listed here."""

from models.accounts import (
    Account,
    Identity,
    LastNumber,
    LoginSession,
    PasswordReset,
    RefreshToken,
    RevokedCredential,
    Role,
)
from models.attendance import Attendee, Stay
from models.base import alone, db, free, held, locked
from models.catalogue import Course, Skill, University
from models.devices import Device
from models.festival import (
    Announcement,
    Category,
    Event,
    EventCategory,
    EventTag,
    Location,
    Organiser,
    Tag,
    Times,
    Volunteer,
)
from models.help_tickets import HelpTicket
from models.hops import Hop
from models.idempotency import OnceOnly
from models.jobs import JobRow
from models.journal import JournalRow, Stream
from models.membership import Feedback, FiguresRow, MagicLink, Member, MemberSecret, PhoneCall, PhoneCheck
from models.mentor_tickets import MentorTicket
from models.messages import Message
from models.places import Edition, Street
from models.polls import PollOption, Vote
from models.sent import SentMessage
from models.sessions import InSession, Offer, TutoringSession
from models.tallies import Tally
from models.teams import Entrant, Invitation, Registration, Team
from models.tutoring import Pin, PinCourse, SeenMatch, TutorCourse, TutorProfile

TABLES = [
    Account,
    LastNumber,
    Role,
    Identity,
    LoginSession,
    RefreshToken,
    PasswordReset,
    RevokedCredential,
    Tally,
    Attendee,
    Stay,
    Location,
    Event,
    Category,
    Tag,
    EventCategory,
    EventTag,
    Organiser,
    Volunteer,
    Announcement,
    Times,
    Team,
    Invitation,
    Registration,
    Entrant,
    HelpTicket,
    MentorTicket,
    University,
    Course,
    Skill,
    TutorProfile,
    TutorCourse,
    Pin,
    PinCourse,
    SeenMatch,
    Message,
    Offer,
    TutoringSession,
    InSession,
    Device,
    Member,
    MemberSecret,
    MagicLink,
    PhoneCheck,
    PhoneCall,
    Feedback,
    FiguresRow,
    PollOption,
    Vote,
    Edition,
    Street,
    SentMessage,
    Hop,
    OnceOnly,
    JobRow,
    Stream,
    JournalRow,
]

__all__ = [*(table.__name__ for table in TABLES), "TABLES", "alone", "db", "free", "held", "locked"]
