// Help tickets: questions to the organisers, answered once and for good.

import { Component, createRef, html } from "../shared/ui.js";
import { part, queryOf, write } from "./api.js";
import { Form } from "./form.js";
import { at } from "./moments.js";
import { Pages } from "./pager.js";
import { named } from "./people_named.js";
import { empty, Reading } from "./reading.js";
import { may } from "./session.js";
import { Tabs } from "./tabs.js";

const STATES = [
  ["open", "Open"],
  ["solved", "Solved"],
];

const NOTHING = {
  open: "No question is open. New ones appear here by themselves.",
  solved: "No question has been answered yet.",
};

const ANSWER = [{ name: "solution", label: "Answer", kind: "area", required: true, maxlength: 5000 }];

class HelpTickets extends Reading {
  address() {
    return `help_tickets${queryOf({ state: this.wanted(), page: this.props.query.get("page") })}`;
  }

  wanted() {
    return this.props.query.get("state") ?? "open";
  }

  show({ tickets, ...pages }) {
    const wanted = this.wanted();
    const mayAnswer = may(this.props.session, "ticket", "update");
    return html`
      <${Tabs}
        label="Which tickets"
        name="state"
        chosen=${wanted}
        choices=${STATES}
        reset=${{ page: null }}
      />
      ${tickets.length === 0 && empty(NOTHING[wanted])}
      <ul class="cards-list">
        ${tickets.map(
          (one) =>
            html`<${HelpTicket}
              key=${one.id}
              one=${one}
              mayAnswer=${mayAnswer}
              done=${() => this.again()}
            />`,
        )}
      </ul>
      ${pages.total > 0 && html`<${Pages} ...${pages} of=${["ticket", "tickets"]} />`}
    `;
  }
}

class HelpTicket extends Component {
  card = createRef();
  state = { isAnswering: false };
  answer = () => this.setState({ isAnswering: true });
  close = () =>
    this.setState({ isAnswering: false }, () => this.card.current?.querySelector("button")?.focus());

  render({ one, mayAnswer, done }, { isAnswering }) {
    return html`
      <li ref=${this.card} class="card">
        <h2 class="hub-text">${one.title}</h2>
        <p class="state">
          ${one.is_public ? "public" : "private"} · ${named(one.opened_by)} · ${at(one.opened_at)}
        </p>
        <p class="hub-text">${one.description}</p>
        ${one.solved_at && solution(one)}
        ${!one.solved_at && mayAnswer && (isAnswering ? answering(one, done, this.close) : this.button())}
      </li>
    `;
  }

  button() {
    return html`<div class="buttons"><button type="button" onClick=${this.answer}>Answer</button></div>`;
  }
}

const solution = (one) => html`
  <div class="solution">
    <p class="state">answered by ${nameOf(one.solved_by)} · ${at(one.solved_at)}</p>
    <p class="hub-text">${one.solution}</p>
  </div>
`;

const nameOf = (by) => (typeof by === "string" ? by : named(by));

const answering = (one, done, cancel) => html`
  <${Form}
    name=${`answer-${one.id}`}
    fields=${ANSWER}
    submit="Answer and close"
    send=${(body, key) => write("POST", `help_tickets/${part(one.id)}/close`, body, key)}
    said="Answered. Who asked is told."
    done=${done}
    cancel=${cancel}
  />
`;

export const sections = [
  {
    name: "tickets",
    title: "Help tickets",
    path: "/console/tickets",
    page: HelpTickets,
    needs: (session) => may(session, "ticket", "read"),
  },
];
