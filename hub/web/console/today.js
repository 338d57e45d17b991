// The start: what waits for somebody just now, each with the way there.

import { Component, html } from "../shared/ui.js";
import { clock, moment } from "../shared/time.js";
import { Reading } from "./reading.js";
import { everybody, may } from "./session.js";

// What is looked at, where that leads, and what is said of the answer; who may not read it is not asked.
const LOOKS = [
  ["Now and next", "/console/schedule", "events", everybody, ({ events }) => nowAndNext(events)],
  ["Waiting for a mentor", "/console/mentors", "mentor_tickets", everybody, ({ counts }) => queue(counts)],
  [
    "Open questions",
    "/console/tickets",
    "help_tickets?state=open",
    (session) => may(session, "ticket", "read"),
    open,
  ],
  [
    "Last said",
    "/console/announcements",
    "announcements",
    (session) => may(session, "announcement", "read"),
    said,
  ],
];

function open({ total }) {
  return total ? `${counted(total, "question is", "questions are")} open.` : "No question is open.";
}

function said({ announcements }) {
  const toCome = announcements.filter((one) => !one.is_public);
  const [newest] = announcements.filter((one) => one.is_public);
  const scheduled = toCome.length ? `${counted(toCome.length, "is", "are")} scheduled. ` : "";
  return newest
    ? html`${scheduled}The newest says: <q class="hub-text">${short(newest.message)}</q>`
    : html`${scheduled}None is out yet.${" "}<a href="/console/announcements">Write the first one</a>.`;
}

const counted = (number, one, many) => `${number} ${number === 1 ? one : many}`;

const short = (text) => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

const queue = ({ open: waiting, claimed, expired }) =>
  waiting || claimed || expired
    ? `${waiting || "Nobody"} waiting, ${claimed} with a mentor, ${expired} left for too long.`
    : "Nobody waits.";

const nowAndNext = (events) => {
  const now = Date.now();
  const running = events.filter(({ start, end }) => moment(start) <= now && moment(end) > now);
  const next = events.find(({ start }) => moment(start) > now);
  const parts = [
    running.length && `Now: ${running.map(({ name }) => name).join(", ")}.`,
    next && `Next: ${next.name}, ${dayAndClock(next.start)}, ${next.place?.name ?? "no place"}.`,
  ];
  return parts.filter(Boolean).join(" ") || "Nothing more is planned.";
};

const dayAndClock = (iso) => {
  const date = moment(iso);
  const words = new Intl.DateTimeFormat(undefined, { weekday: "short" }).format(date);
  return `${words} ${clock(date)}`;
};

class Today extends Component {
  render({ session }) {
    const looks = LOOKS.filter(([, , , needs]) => needs(session));
    return html`
      <div class="looks">
        ${looks.map((look) => html`<${Look} key=${look[0]} look=${look} />`)}
      </div>
    `;
  }
}

class Look extends Reading {
  everySeconds = 20;

  address() {
    return this.props.look[2];
  }

  render(props, state) {
    const [title, path] = props.look;
    return html`
      <section class="card">
        <h2><a href=${path}>${title}</a></h2>
        ${super.render(props, state)}
      </section>
    `;
  }

  show(answer) {
    return html`<p>${this.props.look[4](answer)}</p>`;
  }
}

export const sections = [{ name: "today", title: "Today", path: "/console", page: Today, needs: everybody }];
