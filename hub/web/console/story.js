// One person's story, "why did this not arrive?": each message with what became of it, and its hops.

import { classes, Component, html } from "../shared/ui.js";
import { clockWithSeconds, day, moment } from "../shared/time.js";
import { part, queryOf } from "./api.js";
import { mark, since } from "./marks.js";
import { at } from "./moments.js";
import { Older } from "./pager.js";
import { personAddress } from "./people_named.js";
import { empty, Reading } from "./reading.js";
import { go } from "./router.js";
import { may } from "./session.js";

const CHANNELS = { socket: "Socket", push: "Push", sms: "SMS", email: "Mail", job: "Job" };

// What became of a hop: its sign, and its outcome as people say it.
const OUTCOMES = {
  acknowledged: ["good", "Heard by the app"],
  delivered: ["good", "Delivered"],
  accepted: ["good", "Taken by the provider"],
  scheduled: ["busy", "On its way"],
  queued: ["busy", "On its way"],
  sending: ["busy", "On its way"],
  sent: ["busy", "Sent on"],
  waiting: ["late", "Waiting"],
  leased: ["busy", "A worker is at it"],
  postponed: ["idle", "Put off"],
  later: ["late", "Tried again later"],
  left_out: ["idle", "Left out"],
  done: ["good", "Done"],
  gone: ["bad", "Device gone"],
  undelivered: ["bad", "Not delivered"],
  canceled: ["bad", "Cancelled"],
  failed: ["bad", "Failed"],
  dead: ["bad", "Given up"],
};

const PRESENCES = {
  active: ["good", "Looking at the app now"],
  idle: ["idle", "Connected, but not looking"],
  gone: ["idle", "Not connected"],
  unknown: ["late", "Not known: Redis does not answer"],
};

const DEVICES = { apn: "iPhone or iPad", gcm: "Android", web: "Browser" };

// "+0.4 s", "+3 min 5 s", "+2 h 10 min" from one moment to another; nothing where either is missing.
const gap = (from, to) => {
  const seconds = (moment(to) - moment(from)) / 1000;
  if (Number.isNaN(seconds)) return "";
  const sign = seconds < 0 ? "−" : "+";
  return sign + lasting(Math.abs(seconds));
};

const lasting = (seconds) => {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

const NOTHING = "Nothing was meant for them yet, or it was forgotten meanwhile.";

class Story extends Reading {
  everySeconds = 5;

  address() {
    const { params, query } = this.props;
    return `people/${part(params.username)}/story${queryOf({ before: query.get("before") })}`;
  }

  show({ person, presence, devices, messages, next }) {
    const before = this.props.query.get("before");
    return html`
      <div class=${classes({ "is-old": this.state.trouble })}>
        <p class="story-who">
          <strong><bdi>${person.name}</bdi></strong> <span class="faint">${person.username}</span>${" "}
          <a href=${personAddress(person.username)}>Account</a>${" "}
          <a href="/console/stories">Find somebody else</a>
        </p>
        <dl class="story-now">
          <div>
            <dt>Now</dt>
            <dd>${mark(...(PRESENCES[presence] ?? ["idle", presence]))}</dd>
          </div>
          <div>
            <dt>Devices for pushes</dt>
            <dd>${devicesIn(devices)}</dd>
          </div>
        </dl>
        <h2>Messages, newest first</h2>
        ${messages.length
          ? html`<ol class="story">
              ${messages.map((message) => html`<li key=${message.id}>${told(message)}</li>`)}
            </ol>`
          : empty(before ? "Nothing older is known." : NOTHING)}
        <${Older} before=${before} next=${next} />
      </div>
    `;
  }
}

const devicesIn = (devices) =>
  devices.length
    ? html`<ul>
        ${devices.map(
          (device) =>
            html`<li key=${device.kind + device.registered_at}>
              ${DEVICES[device.kind] ?? device.kind}, since ${at(device.registered_at)}
            </li>`,
        )}
      </ul>`
    : mark("idle", "None: pushes have nowhere to go");

const told = (message) => html`
  <article class="card message">
    <h3>${message.verdict}</h3>
    <p>${message.title} <span class="faint">${whenAndWhat(message)}</span></p>
    ${message.hops.length
      ? html`<ol class="hops" aria-label="Hops, in order of time">
          ${runsOf(message.hops).map(
            (run, i) => html`<li key=${i} class=${`hop hop-${look(run[0])}`}>${runOf(run, message.at)}</li>`,
          )}
        </ol>`
      : html`<p class="faint">No hops are known.</p>`}
  </article>
`;

// Many titles say the event's name already.
const whenAndWhat = ({ event, title, at: begun }) => {
  const isSaid = !event || title.includes(event);
  return html`${!isSaid && html`<code>${event}</code>, `}${exactly(begun)} (${since(begun)})`;
};

const look = ({ outcome }) => (OUTCOMES[outcome] ?? ["idle"])[0];

// Hops that are alike and follow each other, as tries while a mail server is away, are one with many times.
const runsOf = (hops) => {
  const kindOf = (hop) => JSON.stringify([hop.channel, hop.outcome, hop.via, hop.detail]);
  const runs = [];
  for (const hop of hops) {
    const last = runs[runs.length - 1];
    if (last && kindOf(last[0]) === kindOf(hop)) last.push(hop);
    else runs.push([hop]);
  }
  return runs;
};

const runOf = (run, begun) => {
  const [hop] = run;
  const [how, words] = OUTCOMES[hop.outcome] ?? ["idle", hop.outcome];
  return html`
    <p class="hop-head">
      <strong>${CHANNELS[hop.channel] ?? hop.channel}</strong> ${mark(how, words)}
      <span class="hop-time hub-figures">${timeOf(hop, begun)}</span>
    </p>
    ${hop.via && html`<p class="faint">${hop.via}</p>`}
    ${hop.detail && html`<p class="hub-text">${hop.detail}</p>`}
    ${hop.outcome === "dead" &&
    html`<p><a href="/console/deliveries?state=dead">See the dead letters</a></p>`}
    ${run.length > 1 && again(run, begun)}
  `;
};

const again = ([, ...run], begun) => html`
  <details class="hop-again">
    <summary>${oftenIn(run)}, last at ${timeOf(run[run.length - 1], begun)}</summary>
    <ul class="hub-figures">
      ${run.map((hop) => html`<li key=${hop.at}>${timeOf(hop, begun)}</li>`)}
    </ul>
  </details>
`;

const oftenIn = (run) => (run.length === 1 ? "The same once more" : `The same ${run.length} times more`);

const timeOf = ({ at: then }, begun) =>
  html`<time datetime=${then}>${clockWithSeconds(moment(then))}</time> <span>${gap(begun, then)}</span>`;

const exactly = (iso) =>
  html`<time datetime=${iso}>${day(moment(iso))}, ${clockWithSeconds(moment(iso))}</time>`;

// Finding a person: what was typed stands in the address, so going back finds it again.
class Finder extends Component {
  typed = (event) => {
    event.preventDefault();
    const q = new FormData(event.currentTarget).get("q").trim();
    go(`/console/stories${queryOf({ q })}`);
  };

  render({ query }) {
    const q = query.get("q") ?? "";
    return html`
      <p>Why did this not arrive? Find the person: their story has every message and each hop on its way.</p>
      <form class="finder" aria-label="Find a person" onSubmit=${this.typed}>
        <label for="story-q">Name, username or mail address</label>
        <div>
          <input id="story-q" type="search" name="q" defaultValue=${q} autocomplete="off" required />
          <button type="submit">Find</button>
        </div>
      </form>
      ${q && html`<${Found} key=${q} q=${q} />`}
    `;
  }
}

class Found extends Reading {
  everySeconds = 0;

  address() {
    return `people${queryOf({ q: this.props.q })}`;
  }

  show({ people, total }) {
    if (!people.length)
      return empty("Nobody by that name. A part of the name, the username or the address is enough.");
    return html`
      <p role="status">${countedPeople(total, people.length)}</p>
      <ul class="found">
        ${people.map((person) => html`<li key=${person.username}>${foundOne(person)}</li>`)}
      </ul>
    `;
  }
}

const countedPeople = (total, shown) =>
  (total === 1 ? "1 person" : `${total} people`) + (total > shown ? `, the first ${shown}` : "");

// Many are called by their address, which need not be said twice.
const calledBy = (...names) => [...new Set(names.filter(Boolean))].join(", ");

const foundOne = ({ name, username, email }) => html`
  <a href=${`${personAddress(username)}/story`}>
    <strong><bdi>${name}</bdi></strong> <span class="faint">${calledBy(username, email)}</span>
  </a>
`;

const mayRead = (session) => may(session, "user", "read");

export const sections = [
  { name: "stories", title: "Stories", path: "/console/stories", page: Finder, needs: mayRead },
  { name: "story", title: "Story", path: "/console/people/:username/story", page: Story, needs: mayRead },
];
