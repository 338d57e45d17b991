"""`/members`: a member's own. Hears `validation`, `verification {phone}` and `vote {poll_id, option_id}`."""

from hub.namespaces.private import PrivateNamespace
from hub.wire import flux_shapes as shapes

HEARS = {"validation": shapes.Validation, "verification": shapes.Verification, "vote": shapes.Vote}
NAMESPACE = PrivateNamespace("/members", "members", hears=HEARS)
