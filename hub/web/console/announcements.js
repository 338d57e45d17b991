// Announcements: written and published now or at a time, changed, and deleted.

import { Component, createRef, html } from "../shared/ui.js";
import { ago, moment } from "../shared/time.js";
import { part, write } from "./api.js";
import { Delete, Edit } from "./card_buttons.js";
import { confirmed } from "./dialog.js";
import { Form } from "./form.js";
import { dayAndTime, wholeMoment } from "./moments.js";
import { empty, Reading } from "./reading.js";
import { may } from "./session.js";

const LONGEST = 10_000;
const SHOWN = 50;
const SAID = { name: "message", label: "Announcement", kind: "area", required: true, maxlength: LONGEST };
const AT = { name: "time", label: "Publish at", kind: "moment" };
const NEW = [SAID, { ...AT, hint: "Leave it empty to publish now." }];

class Announcements extends Reading {
  everySeconds = 10;
  state = { ...this.state, most: SHOWN };

  address() {
    return "announcements";
  }

  reload = () => this.again();
  showOlder = () => this.setState({ most: this.state.most + SHOWN });
  allowed = (verb) => may(this.props.session, "announcement", verb);

  show({ announcements }) {
    const { session } = this.props;
    const { allowed } = this;
    const older = announcements.length - this.state.most;
    return html`
      ${allowed("create") && writing(session, this.reload)}
      <h2>Said and scheduled</h2>
      ${announcements.length === 0 && empty("No announcements yet. Write the first one above.")}
      <ul class="cards-list">
        ${announcements.slice(0, this.state.most).map(
          (one) =>
            html`<${Announcement}
              key=${one.id}
              one=${one}
              session=${session}
              changed=${this.reload}
              allowed=${allowed}
            />`,
        )}
      </ul>
      ${older > 0 && html`<button type="button" class="secondary outline" onClick=${this.showOlder}>
        Show older (${older})
      </button>`}
    `;
  }
}

const writing = (session, done) => html`
  <section class="card" aria-labelledby="write">
    <h2 id="write">Write one</h2>
    <${Form}
      name="announcement"
      fields=${NEW}
      zone=${session.timezone}
      submit=${({ time }) => (time && new Date(time) > new Date() ? "Schedule" : "Publish now")}
      send=${(body, key) => write("POST", "announcements", body, key)}
      said=${({ announcement }) => whatBecame(announcement)}
      done=${done}
    />
  </section>
`;

const whatBecame = ({ is_public: isPublic, time }) =>
  isPublic ? "Published." : `Scheduled for ${dayAndTime(time)}.`;

class Announcement extends Component {
  card = createRef();
  state = { isOpen: false };
  open = () => this.setState({ isOpen: true });
  close = () => this.setState({ isOpen: false }, () => this.card.current?.querySelector("button")?.focus());

  saved = () => {
    this.close();
    this.props.changed();
  };

  render({ one, session, changed, allowed }, { isOpen }) {
    if (isOpen)
      return html`<li ref=${this.card} class="card">${editing(one, session, this.saved, this.close)}</li>`;
    return html`
      <li ref=${this.card} class="card side-by-side">
        <div>
          <p class="state">${stateOf(one)}</p>
          <p class="hub-text">${one.message}</p>
        </div>
        <div class="buttons">
          ${allowed("update") && html`<${Edit} name=${beginning(one)} open=${this.open} />`}
          ${allowed("delete") && html`<${Delete} name=${beginning(one)} ask=${() => ask(one, changed)} />`}
        </div>
      </li>
    `;
  }
}

const stateOf = ({ time, is_public: isPublic }) => html`
  <span class=${isPublic ? "badge good" : "badge warn"}>${isPublic ? "Out" : "Scheduled"}</span>
  ${" "}
  <time datetime=${time} title=${wholeMoment(time)}>
    ${isPublic ? dayAndTime(time) : `for ${dayAndTime(time)}`} (${ago(moment(time))})
  </time>
`;

// Enough of it to tell it from the others.
const beginning = ({ message }) => (message.length > 40 ? `${message.slice(0, 40)}…` : message);

const editing = (one, session, done, cancel) => html`
  <${Form}
    name=${`announcement-${one.id}`}
    fields=${[SAID, { ...AT, required: true }]}
    initial=${one}
    zone=${session.timezone}
    submit="Save"
    send=${(body, key) => write("PUT", `announcements/${part(one.id)}`, body, key)}
    said="Saved."
    done=${done}
    cancel=${cancel}
  />
`;

const GONE_FROM_EVERYWHERE = "It disappears from every page and phone that shows it.";

const ask = (one, done) =>
  confirmed({
    title: "Delete this announcement?",
    words: `“${one.message}”\n\n${one.is_public ? GONE_FROM_EVERYWHERE : "It will not be published."}`,
    yes: "Delete",
    said: "Deleted.",
    act: (key) => write("DELETE", `announcements/${part(one.id)}`, undefined, key),
    done,
  });

export const sections = [
  {
    name: "announcements",
    title: "Announcements",
    path: "/console/announcements",
    page: Announcements,
    needs: (session) => may(session, "announcement", "read"),
  },
];
