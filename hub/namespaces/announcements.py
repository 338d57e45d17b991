"""`/announcements`: hears `save` (an announcement) when its time has come, and `delete {id}`."""

from hub.namespaces.public import PublicNamespace
from hub.reactions.streams import ANNOUNCEMENTS

NAMESPACE = PublicNamespace("/announcements", ANNOUNCEMENTS)
