"""Every rule of the hub, as plain synchronous functions, one file per subject.

Knows models, Peewee and pure libraries without I/O; never a status code, an envelope, a socket or Celery.
"""
