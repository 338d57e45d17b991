// Health: every node, what is wrong with what to do about it, and the last quarter of an hour as plots.

import { classes, html } from "../shared/ui.js";
import { moment, span } from "../shared/time.js";
import { queryOf } from "./api.js";
import { mark, plainly, since } from "./marks.js";
import { Plot } from "./plot.js";
import { empty, Reading } from "./reading.js";
import { everybody, mayReadJobs } from "./session.js";

// Nodes tell of themselves every five seconds; one that said nothing for three times as long is missed.
const MISSED_AFTER_SECONDS = 15;
// A quarter of a second is where newcomers are slowed.
const LATE_MS = 250;
// Of that many seconds ago are numbers old, and after that long should a worker have come for what is due.
const OLD_SECONDS = 15;
const LATE_SECONDS = 30;
const MOST_LINES = 6;
const KEPT_MS = 15 * 60 * 1000;

// What /readyz looks at: when it is well, when it is not, and what to do then (as in docs/operations.md).
const CHECKS = {
  database: {
    well: "The database answers",
    ill: "The database does not answer",
    todo: "Look at the database. Nobody can sign in or change anything until it is back; sockets stay.",
  },
  redis: {
    well: "Redis answers",
    ill: "Redis does not answer",
    todo: "Look at Redis. Nothing is lost: events arrive up to two seconds late, and due jobs wait.",
  },
  streams: {
    well: "Streams are up to date",
    ill: "Streams are behind",
    todo: "The journal could not be read at the last look. Look at the database.",
  },
  admission: {
    well: "New sockets are let in",
    ill: "New sockets are slowed or refused",
    todo: "Add a node, or find what makes this one slow. Sockets that are open stay.",
  },
  canary_job: {
    well: "Workers do their jobs",
    ill: "No worker did the canary's job lately",
    todo: "Is a worker running? Is beat? Look at the jobs that wait, under Deliveries.",
  },
  canary_event: {
    well: "Events come through",
    ill: "This node heard no canary lately",
    todo: "Are a worker and beat running? If only this one is stale, restart the node.",
  },
};

const REASONS = {
  lag: "The loop comes too late. Look for slow requests and at the machine's other processes, or add a node.",
  memory: "Memory is near its limit. Add a node, raise HUB_MOST_MEMORY_MB, or restart this node.",
  sockets:
    "It has all the sockets that it may. Add a node, or raise HUB_MOST_SOCKETS and the limit of open files.",
};

// What is known and what is newer, for as long as nodes keep it.
const joined = (known, newer, now) => {
  const last = known.at(-1)?.at ?? "";
  const all = [...known, ...newer.filter(({ at }) => at > last)];
  return all.filter(({ at }) => now - moment(at) <= KEPT_MS);
};

const lasting = (seconds) => span(seconds * 1000);

const isMissed = (node) => node.seconds_ago > MISSED_AFTER_SECONDS;

const stateOf = (node) => {
  if (isMissed(node)) return ["bad", `Not heard of for ${lasting(node.seconds_ago)}`];
  if (node.is_draining) return ["late", "Draining: its clients are being told to come back elsewhere"];
  if (node.lag_ms >= LATE_MS) return ["late", "Serving, but its loop is late"];
  return ["good", "Serving"];
};

class Health extends Reading {
  everySeconds = 5;
  history = [];
  since = null;

  // After the first time only samples are asked for that came since.
  address() {
    return `health${queryOf({ since: this.since })}`;
  }

  again() {
    this.since = this.history.at(-1)?.at ?? null;
    return super.again();
  }

  settle(answer) {
    if (answer === this.seen) return;
    this.seen = answer;
    this.history = joined(this.history, answer.history, moment(answer.now));
  }

  show(answer) {
    this.settle(answer);
    const { history } = this;
    const { node, checks, nodes, queue } = answer;
    const missed = nodes.filter(isMissed).length;
    const wrong = Object.values(checks).filter((check) => !check.ok).length + missed;
    return html`<div class=${classes({ "is-old": this.state.trouble })}>
      <section aria-labelledby="checks-title">
        <h2 id="checks-title">${howIsIt(wrong, this.state.trouble)}</h2>
        <p>As the node that answered you sees it: <strong>${node}</strong>.</p>
        <ul class="checks">
          ${Object.entries(checks).map(([name, check]) => html`<li key=${name}>${checked(name, check)}</li>`)}
        </ul>
      </section>
      <section aria-labelledby="nodes-title">
        <h2 id="nodes-title">Nodes</h2>
        <div class="nodes">
          ${nodes.map((one) => html`<${NodeCard} key=${one.name} node=${one} isThis=${one.name === node} />`)}
        </div>
      </section>
      <section aria-labelledby="queue-title">
        <h2 id="queue-title">Jobs for the workers</h2>
        ${queued(queue, mayReadJobs(this.props.session))}
      </section>
      <section aria-labelledby="plots-title">
        <h2 id="plots-title">The last quarter of an hour</h2>
        ${history.length
          ? plots(nodes, history)
          : empty("No samples yet: a node takes one every five seconds.")}
      </section>
    </div>`;
  }
}

// What was last known is not said as if it were so now.
const howIsIt = (wrong, isOld) => {
  if (!wrong) return mark("good", isOld ? "All was well" : "All is well");
  if (wrong === 1) return mark("bad", isOld ? "One thing was wrong" : "One thing is wrong");
  return mark("bad", `${wrong} things ${isOld ? "were" : "are"} wrong`);
};

const checked = (name, check) => {
  const words = CHECKS[name] ?? { well: `${name} is well`, ill: `${name} is not well`, todo: "" };
  const ago = Number.isFinite(check.seconds_ago) ? `${lasting(check.seconds_ago)} ago` : "";
  if (check.ok) return mark("good", ago ? `${words.well}, ${ago}` : words.well);
  return html`
    ${mark("bad", ago ? `${words.ill}: the last ${ago}` : words.ill)}
    <p class="todo">${REASONS[check.reason] ?? words.todo}</p>
  `;
};

const NodeCard = ({ node, isThis }) =>
  html`<section class="node card">
    <header>
      <h3>${node.name}</h3>
      ${isThis && html` <small>answered you</small>`}
    </header>
    <p>${mark(...stateOf(node))}</p>
    <dl class="gauges">
      ${figure("Sockets", plainly(node.sockets))} ${figure("Streams", plainly(node.streams))}
      ${figure("Loop lag", `${Math.round(node.lag_ms ?? 0)} ms`)}
      ${figure("Memory", `${Math.round(node.memory_mb ?? 0)} MB`)}
    </dl>
    <p class="faint">Version ${node.version}, started ${since(node.started_at)}</p>
  </section>`;

const figure = (name, value, address) =>
  html`<div>
    <dt>${name}</dt>
    <dd>${address ? html`<a href=${address}>${value}</a>` : value}</dd>
  </div>`;

const queued = (queue, isLed) => html`
  <dl class="gauges gauges-wide">
    ${figure("Waiting", plainly(queue.waiting), isLed && "/console/deliveries?state=waiting")}
    ${figure("Due now", plainly(queue.due))}
    ${figure("Being done", plainly(queue.leased), isLed && "/console/deliveries?state=leased")}
    ${figure("Dead", plainly(queue.dead), isLed && "/console/deliveries?state=dead")}
  </dl>
  <p>${patience(queue)}</p>
`;

const patience = ({ waiting, due, dead, oldest_due_seconds: oldest, seconds_ago: ago }) => {
  if (waiting === null) return mark("bad", "Not known: the database has not said yet.");
  const old = ago > OLD_SECONDS ? `As it was ${lasting(ago)} ago. ` : "";
  const isLate = due > 0 && oldest > LATE_SECONDS;
  const waits = due ? `The oldest that is due has waited ${lasting(oldest)}.` : "Nothing that is due waits.";
  const advice = isLate ? " That is long: is a worker running?" : "";
  const theDead = dead ? " What is dead is tried by nobody until you say so." : "";
  return mark(old || isLate || dead ? "late" : "good", old + waits + advice + theDead);
};

const plots = (nodes, history) => {
  const named = namesIn(nodes, history);
  const ofNodes = (key) =>
    named.map((name) => ({ name, look: lookOf(name), value: (sample) => sample.nodes[name]?.[key] }));
  return html`
    <div class="plots">
      <${Plot} title="Sockets" of="Node" samples=${history} lines=${ofNodes("sockets")} />
      <${Plot} title="Loop lag" of="Node" unit="milliseconds" samples=${history} lines=${ofNodes("lag_ms")} />
      <${Plot} title="Streams" of="Node" samples=${history} lines=${ofNodes("streams")} />
      <${Plot} title="Jobs" of="State" samples=${history} lines=${QUEUE} />
    </div>
  `;
};

// A node keeps its colour for as long as this page is open, and whoever comes first has the first.
const looks = new Map();
const lookOf = (name) => {
  if (!looks.has(name)) looks.set(name, looks.size % MOST_LINES);
  return looks.get(name);
};

const namesIn = (nodes, history) => {
  const named = new Set(nodes.map((node) => node.name).sort());
  for (const sample of history) Object.keys(sample.nodes).forEach((name) => named.add(name));
  return [...named];
};

const QUEUE = [
  { name: "Waiting", look: 0, value: (sample) => sample.queue?.waiting },
  { name: "Due now", look: 1, value: (sample) => sample.queue?.due },
  { name: "Dead", look: 4, value: (sample) => sample.queue?.dead },
];

export const section = {
  name: "health",
  title: "Health",
  path: "/console/health",
  page: Health,
  needs: everybody,
};
