// The four times that clients count down to, with what that looks like right now.

import { html } from "../shared/ui.js";
import { phase } from "../live/phases.js";
import { clock, day, moment, span, zoneName } from "../shared/time.js";
import { write } from "./api.js";
import { Form } from "./form.js";
import { Reading } from "./reading.js";
import { everybody, may } from "./session.js";

const FIELDS = [
  { name: "event_start", label: "The event begins", kind: "moment", hint: "Doors, breakfast, the opening." },
  { name: "hacking_start", label: "Hacking begins", kind: "moment" },
  { name: "hacking_end", label: "Hacking ends", kind: "moment", hint: "Hands off the keyboards." },
  { name: "event_end", label: "The event ends", kind: "moment", hint: "After the prizes." },
];

class Times extends Reading {
  address() {
    return "times";
  }

  show(times) {
    const { session } = this.props;
    return html`
      <section class="card" aria-labelledby="countdown">
        <h2 id="countdown">What the countdown does</h2>
        <p>${rightNow(times)}</p>
        <p>
          The live page counts down to the first of these four moments that has not passed, in the order below;
          one that is empty is passed over. Whoever looks sees it in their own time zone; you type it in yours,
          ${" "}${zoneName}. A change reaches every open page at once.
        </p>
      </section>
      ${may(session, "times", "update") ? form(times, session, () => this.again()) : list(times)}
    `;
  }
}

const form = (times, session, done) => html`
  <section class="card" aria-label="The four times">
    <${Form}
      name="times"
      fields=${FIELDS}
      initial=${times}
      zone=${session.timezone}
      check=${inOrder}
      submit="Save the times"
      send=${(body, key) => write("PUT", "times", body, key)}
      said="Saved. Every countdown follows."
      done=${done}
    />
  </section>
`;

const list = (times) => html`
  <dl class="facts">
    ${FIELDS.map(({ name, label }) => [html`<dt>${label}</dt>`, html`<dd>${said(times[name])}</dd>`])}
  </dl>
`;

const said = (iso) => (iso ? `${day(moment(iso))}, ${clock(moment(iso))}` : "not set");

const inOrder = (values) => ({
  ...backwards(values, "event_start", "event_end", "The event would end before it begins."),
  ...backwards(values, "hacking_start", "hacking_end", "Hacking would end before it begins."),
});

const backwards = (values, start, end, words) =>
  values[start] && values[end] && values[end] < values[start] ? { [end]: words } : {};

// In the live page's own words, made by its own rule: what stands here is what people see.
const rightNow = (times) => {
  const now = new Date();
  const { words, until } = phase(inTheContractsWords(times), now);
  return until
    ? `${SAYS} “${words} ${long(until - now)}” (until ${day(until)}, ${clock(until)}).`
    : `${SAYS} “${words}”`;
};

const SAYS = "Right now the live page says:";

const inTheContractsWords = (times) =>
  Object.fromEntries(Object.entries(times).map(([name, moment]) => [`${name}_time`, moment]));

const DAY = 24 * 3600 * 1000;

const long = (milliseconds) => {
  const days = Math.floor(milliseconds / DAY);
  const rest = span(milliseconds % DAY);
  return days ? `${days} ${days === 1 ? "day" : "days"} and ${rest}` : rest;
};

export const sections = [
  {
    name: "times",
    title: "Times",
    path: "/console/times",
    page: Times,
    needs: everybody,
  },
];
