"""`/teams`: a person's own. Hears `invitation`, `answer`, `registration` and `ticket`."""

from hub.namespaces.private import PrivateNamespace
from hub.wire import techfesia_news_shapes as news
from hub.wire.techfesia_tickets_shapes import HelpTicket

NAME = "/teams"
HEARS = {
    "invitation": news.InvitationNews,
    "answer": news.Answer,
    "registration": news.RegistrationNews,
    "ticket": HelpTicket,
}
NAMESPACE = PrivateNamespace(NAME, "teams", hears=HEARS)
