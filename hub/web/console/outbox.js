// The outbox: each mail, text message, push and payment that the console gateways caught, as it would look.
//
// A mail is another's page: its frame runs no scripts, opens nothing and sends nothing. Its links can be
// copied from here instead.

import { classes, html } from "../shared/ui.js";
import { clock, moment } from "../shared/time.js";
import { apiAddress, part, queryOf } from "./api.js";
import { plainly } from "./marks.js";
import { at } from "./moments.js";
import { Older } from "./pager.js";
import { empty, Reading } from "./reading.js";
import { Tabs } from "./tabs.js";
import { told } from "./toasts.js";

const CHANNELS = [
  ["", "All"],
  ["email", "Mail"],
  ["sms", "SMS"],
  ["push", "Push"],
  ["payment", "Payments"],
];
const LINK = /\b[a-z][a-z0-9+.-]*:\/\/[^\s<>"']+/gi;

// The addresses in a text, each once, without the full stop that ends a sentence.
const linksIn = (text) =>
  [...new Set((text ?? "").match(LINK) ?? [])].map((link) => link.replace(/[.,;:!?)]+$/, ""));

const OFF =
  "The outbox is off: it is there in development, for what has no provider. Here mails, text messages and " +
  "pushes go to their providers; what became of them is told under Deliveries and in people's stories.";

class Outbox extends Reading {
  everySeconds = 3;

  address() {
    const said = (name) => this.props.query.get(name);
    return `outbox${queryOf({ channel: said("channel"), before: said("before") })}`;
  }

  render(props, state) {
    // In production there is no such page to ask.
    return state.answer === null && state.trouble?.status === 404 ? empty(OFF) : super.render(props, state);
  }

  show({ is_on: isOn, channels, messages, next }) {
    const channel = this.props.query.get("channel") ?? "";
    const before = this.props.query.get("before");
    return html`
      <div class=${classes({ "is-old": this.state.trouble })}>
        ${isOn ? elsewhere(channels) : html`<p class="note">${OFF}</p>`}
        <${Tabs}
          label="By channel"
          name="channel"
          chosen=${channel}
          choices=${CHANNELS}
          reset=${{ before: null }}
        />
        ${messages.length
          ? html`<ul class="outbox" aria-label="Newest first">
              ${messages.map((message) => html`<li key=${message.id}><${Caught} message=${message} /></li>`)}
            </ul>`
          : empty(wordsOfNothing(before, next))}
        <${Older} before=${before} next=${next} />
      </div>
    `;
  }
}

const wordsOfNothing = (before, next) => {
  if (next) return "Nothing of this kind among the newest; older ones may follow.";
  return before ? "Nothing older was caught." : "Nothing yet. What is sent appears here by itself.";
};

// What has a provider even here is not caught.
const elsewhere = (channels = ALL) => {
  const missing = ALL.filter((channel) => !channels.includes(channel)).map((channel) => NAMES[channel]);
  return (
    missing.length > 0 &&
    html`<p class="note">Not caught, because a provider is set for it: ${missing.join(", ")}.</p>`
  );
};

const Caught = ({ message }) => {
  const links = linksIn(message.text);
  return html`
    <article class="card caught">
      <header>
        <p>${NAMES[message.channel] ?? message.channel} to <strong class="hub-text">${message.to}</strong></p>
        <p class="faint">${at(message.at)}</p>
      </header>
      ${(AS[message.channel] ?? plain)(message)}
      ${links.length > 0 &&
      html`<ul class="links" aria-label="Links in it">
        ${links.map((link) => html`<li key=${link}>${copied(link)}</li>`)}
      </ul>`}
    </article>
  `;
};

const ALL = CHANNELS.map(([channel]) => channel).filter(Boolean);
const NAMES = { email: "Mail", sms: "SMS", push: "Push", payment: "Payment" };

const plain = ({ text }) => html`<p class="hub-text">${text}</p>`;

const mail = ({ id, subject, text, has_html: hasHtml }) => html`
  <h2>${subject}</h2>
  ${hasHtml
    ? html`
        <iframe
          class="letter"
          sandbox=""
          loading="lazy"
          referrerpolicy="no-referrer"
          title=${`Mail: ${subject}`}
          src=${apiAddress(`outbox/${part(id)}/html`)}
        ></iframe>
        <details>
          <summary>As text</summary>
          <pre class="letter-text" tabindex="0">${text}</pre>
        </details>
      `
    : html`<pre class="letter-text" tabindex="0">${text}</pre>`}
`;

const sms = ({ text, at: sentAt }) => html`
  <div class="phone">
    <p class="bubble hub-text">${text}</p>
    <p class="faint">${clock(moment(sentAt))} · ${counted(text)}</p>
  </div>
`;

const OLD_LETTERS = /^[\x20-\x5f\x61-\x7e\n\r£¥èéùìòÇØøÅåÄäÖöÑñÜüßÉ¿¡§à]*$/;
// Providers charge by the part: 160 letters, or 70 where one of them is not of the old alphabet of phones.
const counted = (text) => {
  const [whole, each] = OLD_LETTERS.test(text) ? [160, 153] : [70, 67];
  const parts = text.length <= whole ? 1 : Math.ceil(text.length / each);
  return `${plainly(text.length)} characters, ${parts === 1 ? "1 part" : `${parts} parts`}`;
};

const push = ({ text, payload, at: sentAt }) => html`
  <div class="notification">
    <p class="notification-head">
      <span class="notification-sign" aria-hidden="true"></span> The hub
      <time datetime=${sentAt}>${clock(moment(sentAt))}</time>
    </p>
    ${text
      ? html`<p class="hub-text">${text}</p>`
      : html`<p class="faint">Shows nothing: only the number on the app's sign changes.</p>`}
    ${typeof payload?.count === "number" &&
    html`<p class="faint">Number on the app's sign: ${plainly(payload.count)}</p>`}
  </div>
  <details>
    <summary>What the app is told</summary>
    <pre tabindex="0">${JSON.stringify(payload, null, 2)}</pre>
  </details>
`;

const AS = { email: mail, sms, push };

// As text and not as a link: it may sign somebody in, and lead anywhere.
const copied = (link) => html`
  <code class="hub-text">${link}</code>
  <button type="button" class="secondary outline" aria-label=${`Copy ${link}`} onClick=${() => copy(link)}>
    Copy
  </button>
`;

const copy = async (link) => {
  try {
    await navigator.clipboard.writeText(link);
    told("Copied.");
  } catch {
    // Without TLS browsers give no clipboard to pages of other machines.
    told("The browser did not let us copy: select the address and copy it by hand.");
  }
};

export const section = {
  name: "outbox",
  title: "Outbox",
  path: "/console/outbox",
  page: Outbox,
  needs: (session) => session.is_superuser && session.environment !== "production",
};
