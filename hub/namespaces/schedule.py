"""`/schedule`: hears `save` and `delete {id}` of events, `location_save`, `location_delete {id}`, and `times`."""

from hub.namespaces.public import PublicNamespace
from hub.reactions.streams import SCHEDULE
from hub.wire import vivere_shapes as shapes

HEARS = {
    "save": shapes.Event,
    "delete": shapes.Deleted,
    "location_save": shapes.Location,
    "location_delete": shapes.Deleted,
    "times": shapes.Times,
}
NAMESPACE = PublicNamespace("/schedule", SCHEDULE, hears=HEARS)
