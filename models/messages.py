"""Messages between a student and a tutor."""

import peewee

from models.accounts import Account
from models.base import NumberedTable


class Message(NumberedTable):
    """A thread is (student, tutor): two people who teach each other have two."""

    student = peewee.ForeignKeyField(Account, index=False, on_delete="CASCADE")
    tutor = peewee.ForeignKeyField(Account, index=False, on_delete="CASCADE", backref="messages_as_tutor")
    student_id: int
    tutor_id: int
    is_from_student = peewee.BooleanField()
    body = peewee.TextField()
    sent_at = peewee.DateTimeField()
    read_at = peewee.DateTimeField(null=True)

    class Meta:
        indexes = ((("student", "tutor", "id"), False), (("tutor", "student", "id"), False))


UNREAD = Message.read_at.is_null()
Message.add_index(
    Message.index(
        Message.tutor, Message.student, name="message_unread_by_tutor", where=UNREAD & Message.is_from_student
    )
)
Message.add_index(
    Message.index(
        Message.student, Message.tutor, name="message_unread_by_student", where=UNREAD & ~Message.is_from_student
    )
)
