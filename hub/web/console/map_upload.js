// A map on its way to the hub: seen before it is sent, how far it is, and what is wrong with it in words.

import { Component, html } from "../shared/ui.js";
import { part } from "./api.js";
import { told } from "./toasts.js";
import { sent } from "./upload.js";

const MOST_MEGABYTES = 10;
const KINDS = ["image/png", "image/jpeg"];

export class MapUpload extends Component {
  state = { file: null, preview: null, progress: null, trouble: null };

  componentWillUnmount() {
    this.upload?.abort();
  }

  chosen = (event) => {
    const file = event.target.files[0] ?? null;
    const trouble = file && wrongWith(file);
    this.setState({ file: trouble ? null : file, preview: null, trouble, progress: null });
    if (file && !trouble) this.preview(file);
  };

  // A data: address, which the page's policy allows for pictures; it allows no others than the hub's own.
  preview(file) {
    const reader = new FileReader();
    reader.onload = () => this.state.file === file && this.setState({ preview: reader.result });
    reader.readAsDataURL(file);
  }

  send = async (event) => {
    event.preventDefault();
    const { file, progress } = this.state;
    if (!file || progress !== null) return;
    this.setState({ progress: 0, trouble: null });
    this.upload = new AbortController();
    const moved = (part) => this.setState({ progress: part });
    try {
      await sent(`places/${part(this.props.place.id)}/map`, file, { moved, signal: this.upload.signal });
      told("The new map is shown.");
      this.props.done();
    } catch (trouble) {
      this.setState({ progress: null, trouble: trouble.message });
    }
  };

  render({ cancel, place }, { file, preview, progress, trouble }) {
    return html`
      <form class="form" onSubmit=${this.send}>
        <label for="map-file">A PNG or JPEG of at most ${MOST_MEGABYTES} MB</label>
        <input
          id="map-file"
          type="file"
          accept=${KINDS.join(",")}
          aria-describedby=${trouble ? "map-wrong" : null}
          aria-invalid=${trouble ? "true" : null}
          onChange=${this.chosen}
        />
        ${trouble && html`<p class="wrong" id="map-wrong" role="alert">${trouble}</p>`}
        ${preview && html`<img
          class="preview"
          src=${preview}
          alt=${`The picture you chose for ${place.name}`}
        />`}
        ${progress !== null && progressing(progress)}
        <div class="buttons">
          <button
            type="submit"
            disabled=${!file}
            aria-busy=${progress !== null}
          >
            ${trouble && file ? "Try again" : "Upload"}
          </button>
          <button type="button" class="secondary outline" onClick=${cancel}>Cancel</button>
        </div>
      </form>
    `;
  }
}

const progressing = (done) => html`
  <label for="map-progress">
    ${done < 1 ? `${Math.round(done * 100)} % is there` : "The hub looks at the picture"}
  </label>
  <progress id="map-progress" max="1" value=${done < 1 ? done : null}></progress>
`;

const wrongWith = (file) => {
  if (!KINDS.includes(file.type)) return `${file.name} is neither a PNG nor a JPEG.`;
  const megabytes = file.size / 1e6;
  return megabytes > MOST_MEGABYTES
    ? `${file.name} has ${megabytes.toFixed(1)} MB; ${MOST_MEGABYTES} are the most.`
    : null;
};
