"""`/announcements`: hears `save` (an announcement) when its time has come, and `delete {id}`."""

from hub.namespaces.public import PublicNamespace
from hub.reactions.streams import ANNOUNCEMENTS
from hub.wire import vivere_shapes as shapes

HEARS = {"save": shapes.Announcement, "delete": shapes.Deleted}
NAMESPACE = PublicNamespace("/announcements", ANNOUNCEMENTS, hears=HEARS)
