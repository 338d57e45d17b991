"""`/members`: a member's own. Hears `validation`, `verification {phone}` and `vote {poll_id, option_id}`."""

from hub.namespaces.private import PrivateNamespace

NAMESPACE = PrivateNamespace("/members", "members")
