"""The words of refusals about teams, invitations and registrations. `{no.…}` is what the refusal knows."""

from __future__ import annotations

from hub.domain import invitations, registrations, teams
from hub.domain.refusals import Refusal

WORDS: dict[type[Refusal], str] = {
    teams.TeamNameTaken: "A team of this name exists already",
    teams.LeaderOnly: "Only the leader of the team may do this.",
    teams.NotAMember: "The lead can be passed on to a member of the team only",
    teams.TeamTakesPart: "The team takes part in an event. Withdraw its registration first, then change who is in it",
    invitations.CannotBeInvited: "Wrong Username: nobody of this name can be invited",
    invitations.InvitesThemself: "The leader is in the team already",
    invitations.OtherCollege: "Not from same college",
    invitations.AlreadyInvited: "Already invited",
    invitations.AlreadyAMember: "Already a member",
    invitations.NotInvited: "Does not exist, or was answered already",
    invitations.NotYourInvitation: "Only who was invited may answer.",
    invitations.AlreadyAccepted: "Already Accepted",
    invitations.AlreadyRejected: "Already Rejected",
    invitations.LeaderDisabled: "The leader of this team was disabled, so nobody joins it now",
    invitations.LeaderStays: "The leader cannot leave. Pass on the lead first, or delete the team",
    registrations.NotTheLeader: "Only the leader can register a team",
    registrations.WrongTeamSize: "With its leader the team has {no.size} people. It takes {no.least} to {no.most}",
    registrations.InviteesPending: "Somebody has not answered the invitation to the team yet. Take it back, or wait",
    registrations.TakesPartAlready: "{no.names}: in this event already, alone or in another team",
    registrations.WorksThere: "{no.names}: organising this event or helping at it, which excludes taking part",
    registrations.NotTheRegistrant: "Only who registered may pay.",
    registrations.NothingDue: "There is nothing to pay",
}
