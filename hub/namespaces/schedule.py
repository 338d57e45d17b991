"""`/schedule`: hears `save` and `delete {id}` of events, `location_save`, `location_delete {id}`, and `times`."""

from hub.namespaces.public import PublicNamespace
from hub.reactions.streams import SCHEDULE

NAMESPACE = PublicNamespace("/schedule", SCHEDULE)
