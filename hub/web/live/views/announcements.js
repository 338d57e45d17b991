// What organisers say, newest first; what nobody has looked at in this browser is marked as new until they
// do.
import { Component, createRef, html } from "../../shared/ui.js";
import { ago, moment, when } from "../../shared/time.js";
import { announcements } from "../store.js";

const SHOWN = 6;
// How long it must lie before somebody's eyes; on the big screen nobody in particular looks.
const SEEN_MS = 4000;
const SEEN_ON_SCREEN_MS = 120_000;

export const Announcements = ({ live, now }) => {
  const all = announcements(live.state);
  const shown = live.showsAll ? all : all.slice(0, SHOWN);
  return html`
    <section id="announcements" class="panel" aria-labelledby="announcements-title">
      <h2 id="announcements-title">Announcements</h2>
      ${
        all.length === 0 &&
        html`<p class="empty">
        Nothing has been announced yet. It will appear here by itself.
      </p>`
      }
      <ol class="announcements" role="list">
        ${shown.map((one) => html`<${Announcement} key=${one.id} one=${one} live=${live} now=${now} />`)}
      </ol>
      ${
        all.length > shown.length &&
        html`<button
        type="button"
        class="secondary outline more"
        onClick=${() => live.show({ showsAll: true })}
      >
        Show all ${all.length}
      </button>`
      }
    </section>
  `;
};

class Announcement extends Component {
  item = createRef();

  componentDidMount() {
    this.watcher = new IntersectionObserver(([entry]) => this.look(entry.isIntersecting), { threshold: 0.6 });
    this.watcher.observe(this.item.current);
    this.again = () => this.look(this.isThere);
    document.addEventListener("visibilitychange", this.again);
  }

  componentWillUnmount() {
    this.watcher.disconnect();
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.again);
  }

  look(isThere) {
    const { live, one } = this.props;
    this.isThere = isThere;
    clearTimeout(this.timer);
    if (!isThere || document.hidden || live.seen.has(one.id)) return;
    this.timer = setTimeout(() => live.seen.add(one.id), live.isScreen ? SEEN_ON_SCREEN_MS : SEEN_MS);
  }

  render({ live, one, now }) {
    const at = moment(one.time);
    const isNew = !live.seen.has(one.id);
    return html`
      <li ref=${this.item} class=${isNew ? "announcement new" : "announcement"}>
        <p class="hub-text">${one.message}</p>
        <p class="small">
          ${isNew && html`<span class="badge">New</span>${" "}`}
          <time datetime=${at.toISOString()}>${when(at, now)}</time> (${ago(at, now)})
        </p>
      </li>
    `;
  }
}
