// Registrations: how full each event is, and who comes to it.

import { html } from "../shared/ui.js";
import { part } from "./api.js";
import { at } from "./moments.js";
import { empty, Reading } from "./reading.js";
import { RegistrationsOf } from "./registrations_of.js";
import { may } from "./session.js";
import { Table } from "./table.js";

const addressOf = ({ id }) => `/console/registrations/${part(id)}`;

const COLUMNS = [
  {
    title: "Event",
    cell: (event) => html`<a href=${addressOf(event)}><bdi>${event.name}</bdi></a>`,
    look: "title",
  },
  { title: "Begins", cell: ({ start }) => at(start) },
  {
    title: "Taken",
    cell: ({ seats, confirmed }) => (seats ? `${confirmed} of ${seats}` : String(confirmed)),
    look: "number",
  },
  { title: "Waiting", cell: ({ waiting }) => waiting || null, look: "number" },
  { title: "To be paid", cell: ({ payment_pending: pending }) => pending || null, look: "number" },
];

class Registrations extends Reading {
  address() {
    return "registrations";
  }

  show({ events }) {
    if (events.length === 0)
      return empty("Nobody can register yet: nothing is planned. Add to the schedule first.");
    return html`<${Table}
      caption="Events and their registrations"
      columns=${COLUMNS}
      rows=${events}
      keyOf=${({ id }) => id}
    />`;
  }
}

const mayRead = (session) => may(session, "registration", "read");

export const sections = [
  {
    name: "registrations",
    title: "Registrations",
    path: "/console/registrations",
    page: Registrations,
    needs: mayRead,
  },
  {
    name: "registrations_of",
    title: "Registrations",
    path: "/console/registrations/:event",
    page: RegistrationsOf,
    needs: mayRead,
  },
];
