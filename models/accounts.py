"""People who sign in, what they may do, and the credentials that were taken back from them."""

import peewee

from models.base import NumberedTable, PublicTable, Table, by_default


class Account(PublicTable):
    username = peewee.CharField(max_length=200, unique=True)
    email_key = peewee.CharField(max_length=200, unique=True, null=True)
    """The e-mail address in lower case, which is how it is unique; null where none was given."""
    name = peewee.CharField(max_length=200)
    password_hash = peewee.CharField(max_length=255, null=True)
    """argon2 of the password's md5 in hex; null for people who cannot sign in by password."""
    first_name = peewee.CharField(max_length=100, null=True)
    last_name = peewee.CharField(max_length=100, null=True)
    """The two parts of `name`, where they were given apart."""
    image = peewee.CharField(max_length=64, null=True)
    """The name of their picture in the store."""
    is_staff = peewee.BooleanField(default=False)
    is_superuser = peewee.BooleanField(default=False)
    privileges = peewee.TextField(null=True)
    """A JSON object: what a staff member may do, verbs by subject; null means everything that staff may do."""
    is_disabled = peewee.BooleanField(default=False, constraints=by_default("false"))
    sign_outs = peewee.IntegerField(default=0, constraints=by_default("0"))
    """How often they were signed out everywhere; signed tokens from before the last time are dead."""
    phone_number = peewee.CharField(max_length=40, null=True)
    """As they gave it; nobody has looked whether it is theirs."""
    college = peewee.CharField(max_length=200, null=True)
    picture_url = peewee.CharField(max_length=2000, null=True)
    """The address of a picture that lies elsewhere; the hub never asks for it."""
    told_by = peewee.CharField(max_length=5, default="mail", constraints=by_default("'mail'"))
    """How they hear of what concerns them while they are not connected: mail, push or none."""
    created_at = peewee.DateTimeField()
    last_login_at = peewee.DateTimeField(null=True)


class LastNumber(Table):
    """The highest number that was given to a row of a table whose newest row was deleted."""

    table = peewee.CharField(max_length=30, primary_key=True)
    number = peewee.IntegerField()


class Role(NumberedTable):
    account = peewee.ForeignKeyField(Account, backref="roles", on_delete="CASCADE")
    name = peewee.CharField(max_length=64)

    class Meta:
        indexes = ((("account", "name"), True),)


class Identity(NumberedTable):
    """Who a person is at a provider that signs them in, such as Facebook."""

    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    provider = peewee.CharField(max_length=20)
    subject = peewee.CharField(max_length=200)
    picture_url = peewee.CharField(max_length=2000, null=True)
    """Where the provider said that their picture is."""

    class Meta:
        indexes = ((("provider", "subject"), True),)


class LoginSession(NumberedTable):
    """One sign-in that lives as long as it is used; its secret is kept as a hash only."""

    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    account_id: int
    secret_hash = peewee.CharField(max_length=64, unique=True)
    created_at = peewee.DateTimeField()
    used_at = peewee.DateTimeField(index=True)


class RefreshToken(Table):
    """A refresh token that is good until it expires or its row is gone, and with it the access tokens made from it."""

    jti = peewee.CharField(max_length=64, primary_key=True)
    account = peewee.ForeignKeyField(Account, on_delete="CASCADE")
    account_id: int
    created_at = peewee.DateTimeField()
    expires_at = peewee.DateTimeField(index=True)


class PasswordReset(PublicTable):
    """The newest token by which somebody may set a new password; a person has one at most."""

    account = peewee.ForeignKeyField(Account, unique=True, on_delete="CASCADE")
    account_id: int
    nonce = peewee.CharField(max_length=32)
    token_hash = peewee.CharField(max_length=64, unique=True)
    expires_at = peewee.DateTimeField()
    used_at = peewee.DateTimeField(null=True)


class RevokedCredential(Table):
    """A token that was taken back before it expired; kept until it would have died by itself."""

    jti = peewee.CharField(max_length=64, primary_key=True)
    expires_at = peewee.DateTimeField(index=True)
