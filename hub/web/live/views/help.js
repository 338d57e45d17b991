// Mentors: asking for one, one's own tickets, those one helps with, and the queue of all who wait.
import { html } from "../../shared/ui.js";
import { moment, span } from "../../shared/time.js";
import { atWorkOn, mine, queue } from "../store.js";
import { AskForm } from "./ask.js";
import { MyTickets, Ticket } from "./tickets.js";

export const Help = ({ live, now }) => html`
  <section id="help" class="panel" aria-labelledby="help-title">
    <h2 id="help-title">Mentor help</h2>
    ${
      live.me
        ? html`
          <${AskForm} live=${live} />
          <${MyTickets} live=${live} now=${now} found=${mine(live.state)} />
          <${AtWork} live=${live} now=${now} several=${atWorkOn(live.state)} />
        `
        : html`<${Invitation} live=${live} />`
    }
    <${Queue} live=${live} now=${now} />
  </section>
`;

const Invitation = ({ live }) => html`
  <p class="invitation">
    Stuck? A mentor comes to your table.${" "}
    <button type="button" onClick=${() => live.show({ isSigningIn: true })}>Sign in to ask for help</button>
  </p>
`;

const AtWork = ({ live, now, several }) =>
  several.length > 0 &&
  html`
    <section class="tickets" aria-labelledby="at-work-title">
      <h3 id="at-work-title">You are helping</h3>
      <ul role="list">
        ${several.map(
          (ticket) => html`
            <${Ticket} key=${ticket.id} ticket=${ticket} live=${live} now=${now} kind="claimed"
              status="Yours to help with" moves=${[
                ["close", "Solved"],
                ["reopen", "Put it back"],
              ]} />
          `,
        )}
      </ul>
    </section>
  `;

const Queue = ({ live, now }) => {
  const waiting = queue(live.state);
  return html`
    <section class="queue" aria-labelledby="queue-title">
      <h3 id="queue-title">
        The queue${waiting.length > 0 && html` <span class="count">${waiting.length}</span>`}
      </h3>
      ${waiting.length === 0 && html`<p class="empty">Nobody waits. Mentors have time for you.</p>`}
      <ol role="list">
        ${waiting.map(
          (ticket, at) =>
            html`<${Waiting} key=${ticket.id} ticket=${ticket} place=${at + 1} live=${live} now=${now} />`,
        )}
      </ol>
    </section>
  `;
};

const Waiting = ({ ticket, place, live, now }) => html`
  <li class=${ticket.is_mine ? "waiting own" : "waiting"}>
    <span class="place-in-queue hub-figures"><span class="hub-unseen">Place </span>${place}</span>
    <div>
      <p class="hub-text">${ticket.description}</p>
      <p class="small hub-text">
        ${ticket.is_mine && html`<span class="badge">You</span>${" "}`}<bdi>${ticket.location}</bdi>,
        ${" "}<span class="nobr">waits ${span(now - moment(ticket.time_created))}</span>
      </p>
    </div>
    ${live.me && !ticket.is_mine && html`<${Claim} ticket=${ticket} live=${live} />`}
  </li>
`;

const Claim = ({ ticket, live }) => html`
  <button
    type="button"
    class="secondary"
    aria-label=${`Claim: ${ticket.description}`}
    disabled=${live.isMoving(ticket)}
    aria-busy=${live.isMoving(ticket)}
    onClick=${() => live.move("claim", ticket)}
  >
    Claim
  </button>
`;
