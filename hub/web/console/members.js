// The members' validation queue: one member's details at a time, compared with what is known elsewhere, and
// reported.

import { html } from "../shared/ui.js";
import { Checking } from "./checking.js";
import { at } from "./moments.js";
import { empty, Reading } from "./reading.js";
import { hasRole } from "./session.js";
import { figures } from "./states.js";
import { Table } from "./table.js";

const COLUMNS = [
  { title: "Name", cell: ({ name }) => name, look: "title" },
  { title: "State", cell: ({ state }) => (state === "nostate" ? null : state.toUpperCase()) },
  { title: "Suburb", cell: ({ suburb }) => suburb },
  { title: "Waiting since", cell: ({ waiting_since: since }) => at(since) },
];

const NOBODY_WAITS = "Nobody waits to be checked. Who signs up or changes their details appears here.";

class Members extends Reading {
  address() {
    return "members";
  }

  show({ counts, oldest_waiting_at: oldest, next }) {
    return html`
      ${figures([
        ["members", counts.members],
        ["waiting", counts.waiting],
        ["being checked", counts.held],
        ["valid", counts.valid],
        ["checked twice", counts.double_checked],
        ["not valid", counts.invalid],
      ])}
      <${Checking} done=${() => this.again()} />
      <h2>Who is next</h2>
      ${oldest && html`<p class="state">The longest wait began ${at(oldest)}.</p>`}
      ${next.length === 0 && empty(NOBODY_WAITS)}
      ${
        next.length > 0 &&
        html`<${Table}
        caption="Who is next"
        columns=${COLUMNS}
        rows=${next.map((one, place) => ({ ...one, place }))}
        keyOf=${({ place }) => place}
      />`
      }
    `;
  }
}

export const sections = [
  {
    name: "members",
    title: "Members",
    path: "/console/members",
    page: Members,
    needs: (session) => hasRole(session, "admin"),
  },
];
