// The maps of places: small ones that open large. A place without a picture is told by its name alone.
import { Component, createRef, html } from "../../shared/ui.js";
import { maps } from "../store.js";

export const Maps = ({ live }) => {
  const places = maps(live.state);
  return html`
    <section id="maps" class="panel" aria-labelledby="maps-title">
      <h2 id="maps-title">Maps</h2>
      ${places.length === 0 && html`<p class="empty">There are no maps yet.</p>`}
      <ul class="maps" role="list">
        ${places.map((place) => html`<${Place} key=${addressOf(live, place)} place=${place} live=${live} />`)}
      </ul>
    </section>
  `;
};

// Of the address only the path: pictures are fetched from here and from nowhere else. A newer picture is
// another one.
const addressOf = (live, place) => {
  const { pathname } = new URL(place.map, location.origin);
  return `${pathname}?v=${live.state.pictures[place.id] ?? 0}`;
};

// The hub has a grey picture for places without one; what has one colour only shows nothing, and needs no
// room.
const isPlain = (picture) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 16, height: 12 });
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0, 16, 12);
  const points = new Uint32Array(context.getImageData(0, 0, 16, 12).data.buffer);
  return points.every((point) => point === points[0]);
};

class Place extends Component {
  state = { isShown: null };

  render({ place, live }, { isShown }) {
    const judge = (event) => this.setState({ isShown: !isPlain(event.currentTarget) });
    const picture = html`<img
      src=${addressOf(live, place)}
      alt=""
      hidden=${!isShown}
      onLoad=${judge}
      onError=${() => this.setState({ isShown: false })}
    />`;
    const open = () => live.show({ map: { name: place.name, address: addressOf(live, place) } });
    return html`
      <li class=${isShown ? "place" : "place bare"}>
        ${
          isShown
            ? html`<button type="button" onClick=${open}>
              ${picture}<span>Map: <bdi>${place.name}</bdi></span>
            </button>`
            : html`${picture}<bdi>${place.name}</bdi>`
        }
      </li>
    `;
  }
}

export class MapDialog extends Component {
  dialog = createRef();

  componentDidMount() {
    this.dialog.current.showModal();
  }

  render({ live }) {
    const { name, address } = live.map;
    const shut = () => live.show({ map: null });
    return html`
      <dialog class="map" ref=${this.dialog} aria-label=${`Map: ${name}`} onClose=${shut}>
        <form method="dialog">
          <h2 class="hub-text">${name}</h2>
          <button type="submit" class="plain">Close</button>
        </form>
        <img src=${address} alt=${`Map: ${name}`} />
      </dialog>
    `;
  }
}
