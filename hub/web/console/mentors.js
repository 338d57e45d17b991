// The mentor queue as everybody sees it change, with what staff may do about it.

import { io } from "../vendor/socket.io.esm.min.js";
import { html } from "../shared/ui.js";
import { moment, span } from "../shared/time.js";
import { Act } from "./act.js";
import { part, queryOf, write } from "./api.js";
import { confirmed } from "./dialog.js";
import { at } from "./moments.js";
import { Older } from "./pager.js";
import { named } from "./people_named.js";
import { empty, Reading } from "./reading.js";
import { everybody } from "./session.js";
import { Tabs } from "./tabs.js";

const AT_MOST_EVERY_MS = 1000;

const STATES = [
  ["open", "Waiting"],
  ["claimed", "Claimed"],
  ["expired", "Expired"],
  ["closed", "Closed"],
];

const NOTHING = {
  open: "Nobody is waiting. New questions appear here by themselves.",
  claimed: "No mentor is with anybody just now.",
  expired: "No question has been left waiting for too long.",
  closed: "No question has been closed yet.",
};

class Mentors extends Reading {
  constructor(props) {
    super(props);
    this.state = { ...this.state, isLive: false };
  }

  address() {
    const { query } = this.props;
    return `mentor_tickets${queryOf({ state: this.wanted(), before: query.get("before") })}`;
  }

  wanted() {
    return this.props.query.get("state") ?? "open";
  }

  componentDidMount() {
    super.componentDidMount();
    // The public namespace says that something moved; what there is to see is read as staff see it.
    this.socket = io("/mentor", { transports: ["websocket"], auth: { recover: true } });
    this.socket.on("connect", () => this.setState({ isLive: true }));
    this.socket.on("disconnect", () => this.setState({ isLive: false }));
    this.socket.onAny(() => this.soon());
  }

  componentWillUnmount() {
    super.componentWillUnmount();
    clearTimeout(this.soonAgain);
    this.socket.disconnect();
  }

  // However much is said: one reading a second.
  soon() {
    this.soonAgain ??= setTimeout(() => {
      this.soonAgain = undefined;
      this.again();
    }, AT_MOST_EVERY_MS);
  }

  show({ counts, tickets, next }) {
    const wanted = this.wanted();
    return html`
      <p class="live" role="status">
        ${
          this.state.isLive
            ? html`<span class="badge good">Live</span> What changes is here within a second.`
            : html`<span class="badge warn">Not live</span> Read again every ${this.everySeconds} seconds.`
        }
      </p>
      <${Tabs}
        label="Which tickets"
        name="state"
        chosen=${wanted}
        choices=${STATES.map(([state, words]) => [state, words, counts[state]])}
        reset=${{ before: null }}
      />
      ${tickets.length === 0 && empty(NOTHING[wanted] ?? "There is nothing here.")}
      <ul class="cards-list">
        ${tickets.map((one) => html`<li key=${one.id} class="card">${this.ticket(one)}</li>`)}
      </ul>
      <${Older} before=${this.props.query.get("before")} next=${next} />
    `;
  }

  ticket(one) {
    return html`
      <p class="state">
        ${one.position && html`<strong class="hub-figures">${one.position}. </strong>`}
        ${"asked by "}${named(one.asked_by)}${" at "}${at(one.asked_at)}
        ${" "}${waitsFor(one)}
      </p>
      <p class="hub-text">${one.description}</p>
      <dl class="facts">
        <dt>Where</dt>
        <dd class="hub-text">${one.location || "not said"}</dd>
        <dt>Contact</dt>
        <dd class="hub-text">${one.contact || "not said"}</dd>
        ${one.claimed_by && [html`<dt>Mentor</dt>`, html`<dd>${named(one.claimed_by)}</dd>`]}
        ${one.closed_at && [html`<dt>Closed</dt>`, html`<dd>${at(one.closed_at)}</dd>`]}
      </dl>
      ${this.buttons(one)}
    `;
  }

  buttons(one) {
    const does = (verb) => (key) => write("POST", `mentor_tickets/${part(one.id)}/${verb}`, {}, key);
    const done = () => this.again();
    return html`
      <div class="buttons">
        ${one.state === "open" && html`<${Act}
          act=${does("claim")}
          said="It is yours."
          done=${done}
        >
          Claim
        <//>`}
        ${one.state !== "open" && html`<${Act}
          act=${does("reopen")}
          said="Back in the queue."
          done=${done}
        >
          Put it back
        <//>`}
        ${
          one.state !== "closed" &&
          html`<button
            type="button"
            class="danger outline"
            onClick=${() => askToClose(does("close"), done)}
          >
            Close
          </button>`
        }
      </div>
    `;
  }
}

const waitsFor = ({ state, expires_at: expires }) =>
  state === "open" && expires && `· expires in ${span(moment(expires) - Date.now())}`;

const askToClose = (act, done) =>
  confirmed({
    title: "Close this ticket?",
    words: "It leaves the queue, and who asked sees it closed. It can be put back.",
    yes: "Close it",
    said: "Closed.",
    act,
    done,
  });

export const sections = [
  {
    name: "mentors",
    title: "Mentor queue",
    path: "/console/mentors",
    page: Mentors,
    needs: everybody,
  },
];
