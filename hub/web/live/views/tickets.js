// One's own tickets in the four buckets, and a ticket as those see it who are involved in it.
import { html } from "../../shared/ui.js";
import { moment, when } from "../../shared/time.js";
import { queue } from "../store.js";

const CLOSED_SHOWN = 10;

const MOVES = {
  open: [["close", "No help needed any more"]],
  in_progress: [
    ["close", "Solved"],
    ["reopen", "Back to the queue"],
  ],
  expired: [
    ["reopen", "Ask again"],
    ["close", "Close"],
  ],
  closed: [["reopen", "Reopen"]],
};

export const MyTickets = ({ live, now, found }) => {
  const current = ["in_progress", "open", "expired"].flatMap((name) =>
    found[name].map((ticket) => [name, ticket]),
  );
  const closed = found.closed.slice(0, CLOSED_SHOWN);
  if (!current.length && !closed.length) return null;
  const one = ([name, ticket]) => html`
    <${Ticket} key=${ticket.id} ticket=${ticket} live=${live} now=${now} kind=${name}
      status=${statusOf(live, name, ticket, now)} moves=${MOVES[name]} />
  `;
  return html`
    <section class="tickets" aria-labelledby="mine-title">
      <h3 id="mine-title">Your tickets</h3>
      <ul role="list">${current.map(one)}</ul>
      ${
        closed.length > 0 &&
        html`<details>
        <summary>Closed (${found.closed.length})</summary>
        <ul role="list">${closed.map((ticket) => one(["closed", ticket]))}</ul>
      </details>`
      }
    </section>
  `;
};

const statusOf = (live, name, ticket, now) => {
  if (name === "in_progress") return html`<bdi>${ticket.claimed_by?.name ?? "A mentor"}</bdi> is on the way`;
  if (name === "expired") return "Nobody came in time";
  if (name === "closed") return `Closed ${when(moment(ticket.time_complete), now)}`;
  return `Waiting, place ${queue(live.state).findIndex(({ id }) => id === ticket.id) + 1}`;
};

export const Ticket = ({ ticket, live, now, kind, status, moves }) => html`
  <li class=${`ticket ${kind}`}>
    <p class="status">${status}</p>
    <p class="hub-text">${ticket.description}</p>
    <p class="small hub-text">
      ${[ticket.location, ticket.contact].filter(Boolean).join(" · ")} · asked
      ${" "}${when(moment(ticket.time_created), now)}
    </p>
    <div class="moves">
      ${moves.map(
        ([verb, label], at) => html`
          <button
            type="button"
            class=${at === 0 ? "secondary" : "secondary outline"}
            aria-label=${`${label}: ${ticket.description}`}
            disabled=${live.isMoving(ticket)}
            onClick=${() => live.move(verb, ticket)}
          >
            ${label}
          </button>
        `,
      )}
    </div>
  </li>
`;
