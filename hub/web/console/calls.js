// The phone bank at a glance: how far it is, who calls, and what the newest calls came to.

import { html } from "../shared/ui.js";
import { at } from "./moments.js";
import { named } from "./people_named.js";
import { empty, Reading } from "./reading.js";
import { hasRole } from "./session.js";
import { figures } from "./states.js";
import { Table } from "./table.js";

const CALLERS = [
  { title: "Caller", cell: named, look: "title" },
  { title: "Calls", cell: ({ made }) => String(made), look: "number" },
  {
    title: "Answered",
    cell: ({ made, answered }) => `${answered} (${share(answered, made)})`,
    look: "number",
  },
  { title: "Last call", cell: ({ last_at: last }) => at(last) },
];

const RECENT = [
  { title: "At", cell: ({ at: moment }) => at(moment), look: "title" },
  { title: "Caller", cell: ({ caller }) => (typeof caller === "string" ? caller : named(caller)) },
  { title: "Answered", cell: ({ was_answered: was }) => (was ? "yes" : "no") },
  { title: "Comment", cell: ({ comment }) => comment },
];

const NOBODY_YET = "Nobody has called anybody yet. Give the role phonebank to somebody, on their page under People.";

const share = (some, all) => `${all ? Math.round((100 * some) / all) : 0} %`;

class Calls extends Reading {
  address() {
    return "calls";
  }

  show({ counts, callers, recent }) {
    return html`
      ${figures([
        ["may be called", counts.callable],
        ["being called", counts.claimed],
        ["called", counts.called],
        ["answered", counts.answered],
        ["do not call", counts.do_not_call],
      ])}
      <h2>Who calls</h2>
      ${callers.length === 0 && empty(NOBODY_YET)}
      ${callers.length > 0 && html`<${Table}
        caption="Callers"
        columns=${CALLERS}
        rows=${numbered(callers)}
        keyOf=${({ username, place }) => username ?? place}
      />`}
      <h2>The newest calls</h2>
      ${recent.length === 0 && empty("No calls yet.")}
      ${recent.length > 0 && html`<${Table}
        caption="The newest calls"
        columns=${RECENT}
        rows=${numbered(recent)}
        keyOf=${({ place }) => place}
      />`}
    `;
  }
}

const numbered = (rows) => rows.map((row, place) => ({ ...row, place }));

export const sections = [
  {
    name: "calls",
    title: "Phone bank",
    path: "/console/calls",
    page: Calls,
    needs: (session) => hasRole(session, "admin"),
  },
];
