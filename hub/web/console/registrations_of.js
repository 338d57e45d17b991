// Who comes to one event: seats, the waiting list, what is to be paid, and the list to take along.

import { html } from "../shared/ui.js";
import { Act } from "./act.js";
import { apiAddress, part, queryOf, write } from "./api.js";
import { confirmed } from "./dialog.js";
import { at } from "./moments.js";
import { Older } from "./pager.js";
import { named } from "./people_named.js";
import { empty, Reading } from "./reading.js";
import { may } from "./session.js";
import { figures, stateBadge } from "./states.js";
import { Tabs } from "./tabs.js";
import { Table } from "./table.js";

export class RegistrationsOf extends Reading {
  event() {
    return `registrations/${part(this.props.params.event)}`;
  }

  address() {
    return `${this.event()}${queryOf({ status: this.status(), before: this.props.query.get("before") })}`;
  }

  status() {
    return this.props.query.get("status") ?? "";
  }

  show({ event, registrations, next }) {
    return html`
      <p class="path"><a href="/console/registrations">All events</a></p>
      <h2 class="hub-text">${event.name}</h2>
      <p class="state">${at(event.start)}</p>
      ${figures([
        ["seats", event.seats || "no limit"],
        ["confirmed", event.confirmed],
        ["waiting", event.waiting],
        ["to be paid", event.payment_pending],
      ])}
      <p><a href=${apiAddress(`${this.event()}/csv`)} download>Download as CSV</a></p>
      <${Tabs}
        label="Which registrations"
        name="status"
        chosen=${this.status()}
        choices=${choices(event)}
        reset=${{ before: null }}
      />
      ${registrations.length === 0 && empty(this.status() ? "Nobody is in this state." : NOBODY_YET)}
      ${registrations.length > 0 && this.table(registrations)}
      <${Older} before=${this.props.query.get("before")} next=${next} first="First" further="Further" />
    `;
  }

  table(registrations) {
    const columns = [
      { title: "Who", cell: ({ entrant }) => named(entrant), look: "title" },
      { title: "Status", cell: statusOf },
      { title: "People", cell: (one) => (isAlone(one) ? null : everybody(one.people)) },
      { title: "Registered", cell: ({ registered_at: since }) => at(since) },
      { title: "Paid", cell: ({ paid_at: paid }) => at(paid) },
      { title: "To do", cell: (one) => this.buttons(one), look: "todo" },
    ];
    return html`<${Table}
      caption="Registrations"
      columns=${columns}
      rows=${registrations}
      keyOf=${({ id }) => id}
    />`;
  }

  buttons(one) {
    const allowed = (verb) => may(this.props.session, "registration", verb);
    const isPending = one.status === "payment pending";
    const paid = (key) => write("POST", `${this.event()}/${part(one.id)}/paid`, {}, key);
    const name = one.entrant?.name ?? "them";
    return html`
      <div class="buttons">
        ${
          isPending &&
          allowed("update") &&
          html`<${Act}
            act=${paid}
            said=${`${name} has paid.`}
            label=${`${name} has paid`}
            done=${() => this.again()}
          >
            Has paid
          <//>`
        }
        ${
          allowed("delete") &&
          html`<button
            type="button"
            class="danger outline"
            aria-label=${`Withdraw ${name}`}
            onClick=${() => this.ask(one, name)}
          >
          Withdraw
        </button>`
        }
      </div>
    `;
  }

  ask(one, name) {
    confirmed({
      title: `Withdraw ${name}?`,
      words: "Their seat is free at once; who waits moves up and is told.",
      yes: "Withdraw",
      said: `${name} is withdrawn.`,
      act: (key) => write("DELETE", `${this.event()}/${part(one.id)}`, undefined, key),
      done: () => this.again(),
    });
  }
}

const NOBODY_YET = "Nobody has registered yet. Who does appears here by itself.";

const choices = (event) => [
  ["", "All"],
  ["confirmed", "Confirmed", event.confirmed],
  ["waiting", "Waiting", event.waiting],
  ["payment pending", "To be paid", event.payment_pending],
];

const statusOf = ({ status, place }) =>
  html`<div>${stateBadge(status)} ${place && html`<span class="hub-figures">place ${place}</span>`}</div>`;

// Who comes alone is named already.
const isAlone = ({ entrant, people }) =>
  people.length === 1 && people[0].name === entrant?.name && people[0].username === entrant?.username;

const everybody = (people) => html`
  <div>${people.map((one, place) => html`<span key=${place} class="line">${named(one)}</span>`)}</div>
`;
