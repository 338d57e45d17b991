// The schedule: what takes place when and where, added, changed and deleted.

import { html } from "../shared/ui.js";
import { clock, day, moment } from "../shared/time.js";
import { part, read, write } from "./api.js";
import { Delete, Edit } from "./card_buttons.js";
import { confirmed, Dialog } from "./dialog.js";
import { Form } from "./form.js";
import { wholeMoment } from "./moments.js";
import { empty, inWords, Reading } from "./reading.js";
import { everybody, may } from "./session.js";

class Schedule extends Reading {
  constructor(props) {
    super(props);
    this.state = { ...this.state, opened: null, places: null, trouble: null };
  }

  address() {
    return "events";
  }

  // The places are read when somebody begins to write: then they are those of now.
  open = async (opened) => {
    this.setState({ opened, places: null, noPlaces: null });
    try {
      const { places } = await read("places");
      this.setState({ places });
    } catch (noPlaces) {
      this.setState({ noPlaces });
    }
  };

  close = () => this.setState({ opened: null });

  saved = () => {
    this.close();
    this.again();
  };

  show({ events }) {
    const allowed = (verb) => may(this.props.session, "event", verb);
    return html`
      ${allowed("create") && html`<button
        type="button"
        onClick=${() => this.open(NOTHING)}
      >
        Add to the schedule
      </button>`}
      ${events.length === 0 && empty(NOTHING_PLANNED)}
      ${days(events).map(([title, ofTheDay]) => this.day(title, ofTheDay, allowed))}
      ${this.state.opened && this.dialog()}
    `;
  }

  day(title, events, allowed) {
    return html`
      <section key=${title} aria-label=${title}>
        <h2>${title}</h2>
        <ul class="cards-list">
          ${events.map((one) => html`<li key=${one.id} class="card slot">${this.slot(one, allowed)}</li>`)}
        </ul>
      </section>
    `;
  }

  slot(one, allowed) {
    return html`
      <p class="hours hub-figures" title=${wholeMoment(one.start)}>${hours(one)}</p>
      <div class="what">
        <h3 class="hub-text">${one.name}</h3>
        <p class="state hub-text"><bdi>${one.place?.name ?? "no place"}</bdi> ${seats(one)}</p>
        ${one.description && html`<p class="hub-text">${one.description}</p>`}
      </div>
      <div class="buttons">
        ${allowed("update") && html`<${Edit} name=${one.name} open=${() => this.open(one)} />`}
        ${allowed("delete") && html`<${Delete} name=${one.name} ask=${() => this.ask(one)} />`}
      </div>
    `;
  }

  ask(one) {
    confirmed({
      title: `Delete “${one.name}”?`,
      words: "It disappears from the schedule on every page and phone.",
      yes: "Delete",
      said: "Deleted.",
      act: (key) => write("DELETE", `events/${part(one.id)}`, undefined, key),
      done: () => this.again(),
    });
  }

  dialog() {
    const { opened, places, noPlaces } = this.state;
    const title = opened === NOTHING ? "Add to the schedule" : `Edit “${opened.name}”`;
    return html`<${Dialog}
      title=${title}
      close=${this.close}
    >
      ${places ? this.form(places) : waiting(noPlaces)}
    <//>`;
  }

  form(places) {
    if (places.length === 0)
      return html`<p>There is no place yet. <a href="/console/places">Add a place first</a>.</p>`;
    const { opened } = this.state;
    const isNew = opened === NOTHING;
    const now = this.state.answer.events.find(({ id }) => id === opened.id) ?? opened;
    return html`
      <${Form}
        name=${isNew ? "event" : `event-${opened.id}`}
        fields=${fields(places)}
        initial=${isNew ? undefined : { ...now, place: now.place?.id }}
        zone=${this.props.session.timezone}
        check=${endsAfterItBegins}
        submit=${isNew ? "Add" : "Save"}
        send=${(body, key) => write(...(isNew ? ADDING : changing(opened)), body, key)}
        said=${isNew ? "Added to the schedule." : "Saved."}
        done=${this.saved}
        cancel=${this.close}
      />
    `;
  }
}

const NOTHING = { id: null };
const ADDING = ["POST", "events"];
const changing = ({ id }) => ["PUT", `events/${part(id)}`];
const NOTHING_PLANNED = "Nothing is planned yet. Add the first thing above; places come first, under Places.";

const waiting = (trouble) =>
  trouble ? inWords(trouble) : html`<p class="loading" aria-busy="true">Reading the places</p>`;

const fields = (places) => [
  { name: "name", label: "What", required: true, maxlength: 400 },
  { name: "start", label: "Begins", kind: "moment", required: true },
  {
    name: "end",
    label: "Ends",
    kind: "moment",
    required: true,
    hint: "The same as the beginning for what is a moment only.",
  },
  {
    name: "place",
    label: "Where",
    kind: "choice",
    required: true,
    options: placeOptions(places),
    first: places[0].id,
  },
  { name: "description", label: "More about it (optional)", kind: "area", maxlength: 10_000 },
];

const placeOptions = (places) => places.map(({ id, name }) => [id, name]);

const endsAfterItBegins = ({ start, end }) =>
  start && end && end < start ? { end: "The end lies before the beginning." } : {};

// The events of each day of the viewer's, in their order.
const days = (events) => {
  const found = new Map();
  for (const one of events) {
    const title = day(moment(one.start));
    found.set(title, [...(found.get(title) ?? []), one]);
  }
  return [...found];
};

const hours = ({ start, end }) => {
  const [from, until] = [moment(start), moment(end)].map(clock);
  if (start === end) return from;
  return html`<span>${from} –</span>${" "}<span>${until}</span>`;
};

const seats = ({ seats: count, is_for_teams: isForTeams }) =>
  [count && `· ${count} ${isForTeams ? "teams" : "seats"}`, !count && isForTeams && "· for teams"]
    .filter(Boolean)
    .join(" ");

export const sections = [
  {
    name: "schedule",
    title: "Schedule",
    path: "/console/schedule",
    page: Schedule,
    needs: everybody,
  },
];
