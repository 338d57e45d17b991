// Places: where things happen, their order, and the maps that show the way.

import { html } from "../shared/ui.js";
import { part, write } from "./api.js";
import { Delete, Edit } from "./card_buttons.js";
import { confirmed, Dialog } from "./dialog.js";
import { Form } from "./form.js";
import { MapUpload } from "./map_upload.js";
import { empty, Reading } from "./reading.js";
import { everybody, may } from "./session.js";

const NEW = {};
const ADDING = ["POST", "places"];
const changing = ({ id }) => ["PUT", `places/${part(id)}`];

const FIELDS = [
  { name: "name", label: "Name", required: true, maxlength: 200 },
  {
    name: "rank",
    label: "Order",
    kind: "number",
    required: true,
    least: -1,
    first: "0",
    hint: "Maps are shown from the lowest number on. −1 keeps this one off the list of maps.",
  },
];

const NONE_YET = "No places yet. Add the first one above; the schedule needs at least one.";

class Places extends Reading {
  everySeconds = 30;

  constructor(props) {
    super(props);
    this.state = { ...this.state, opened: null, mapOf: null };
  }

  address() {
    return "places";
  }

  open = (opened) => this.setState({ opened });
  openMap = (mapOf) => this.setState({ mapOf });
  close = () => this.setState({ opened: null, mapOf: null });

  saved = () => {
    this.close();
    this.again();
  };

  show({ places }) {
    const allowed = (verb) => may(this.props.session, "location", verb);
    const { opened, mapOf } = this.state;
    return html`
      ${allowed("create") && html`<button type="button" onClick=${() => this.open(NEW)}>Add a place</button>`}
      ${places.length === 0 && empty(NONE_YET)}
      <ul class="cards-list places">
        ${places.map((one) => html`<li key=${one.id} class="card place">${this.place(one, allowed)}</li>`)}
      </ul>
      ${opened && this.editing(opened)}
      ${
        mapOf &&
        html`<${Dialog} title=${`Map of ${mapOf.name}`} close=${this.close}>
        <${MapUpload} place=${mapOf} done=${this.saved} cancel=${this.close} />
      <//>`
      }
    `;
  }

  place(one, allowed) {
    return html`
      ${
        one.has_map
          ? html`<img class="map" src=${one.map} alt=${`Map of ${one.name}`} loading="lazy" />`
          : html`<p class="map none">no map</p>`
      }
      <div class="what">
        <h2 class="hub-text">${one.name}</h2>
        <p class="state">${one.rank < 0 ? "not on the list of maps" : `order ${one.rank}`}</p>
      </div>
      <div class="buttons">
        ${allowed("update") && this.changing(one)}
        ${allowed("delete") && html`<${Delete} name=${one.name} ask=${() => this.ask(one)} />`}
      </div>
    `;
  }

  changing(one) {
    return html`
      <${Edit} name=${one.name} open=${() => this.open(one)} />
      <button
        type="button"
        class="secondary outline"
        aria-label=${`${one.has_map ? "New map" : "Add a map"} of ${one.name}`}
        onClick=${() => this.openMap(one)}
      >
        ${one.has_map ? "New map" : "Add a map"}
      </button>
    `;
  }

  // One that was deleted meanwhile is shown as it was: the hub says that it is gone.
  asItIsNow(opened) {
    return this.state.answer.places.find(({ id }) => id === opened.id) ?? opened;
  }

  editing(opened) {
    const isNew = opened === NEW;
    return html`
      <${Dialog} title=${isNew ? "Add a place" : `Edit ${opened.name}`} close=${this.close}>
        <${Form}
          name=${isNew ? "place" : `place-${opened.id}`}
          fields=${FIELDS}
          initial=${isNew ? undefined : this.asItIsNow(opened)}
          submit=${isNew ? "Add" : "Save"}
          send=${(body, key) => write(...(isNew ? ADDING : changing(opened)), body, key)}
          said=${isNew ? "Added." : "Saved."}
          done=${this.saved}
          cancel=${this.close}
        />
      <//>
    `;
  }

  ask(one) {
    confirmed({
      title: `Delete ${one.name}?`,
      words: "Its map goes with it. What is planned there has to be moved or deleted first.",
      yes: "Delete",
      said: "Deleted.",
      act: (key) => write("DELETE", `places/${part(one.id)}`, undefined, key),
      done: () => this.again(),
    });
  }
}

export const sections = [
  {
    name: "places",
    title: "Places",
    path: "/console/places",
    page: Places,
    needs: everybody,
  },
];
