// A page that shows what one address answers, and reads it again on its own without moving what somebody
// looks at.

import { Component, html } from "../shared/ui.js";
import { clockWithSeconds } from "../shared/time.js";
import { read } from "./api.js";

// What extends it says `address()` (below /console/api/) and `show(answer)`. Reading again never touches what
// is typed: forms keep their own state, and lists keep their rows by key.
export class Reading extends Component {
  state = { answer: null, trouble: null, readAt: null };
  everySeconds = 15;

  componentDidMount() {
    this.wake = () => document.visibilityState === "visible" && this.again();
    document.addEventListener("visibilitychange", this.wake);
    addEventListener("online", this.wake);
    this.again();
  }

  componentDidUpdate() {
    if (this.address() !== this.asked) this.again();
  }

  componentWillUnmount() {
    document.removeEventListener("visibilitychange", this.wake);
    removeEventListener("online", this.wake);
    clearTimeout(this.timer);
    this.reading?.abort();
  }

  // Read now. An answer that was asked for before is not waited for any more: it may be older than what was
  // just written.
  async again() {
    clearTimeout(this.timer);
    this.reading?.abort();
    const mine = (this.reading = new AbortController());
    this.asked = this.address();
    const next = await stateAfter(this.asked, mine.signal);
    if (mine.signal.aborted) return;
    this.setState(next);
    if (this.everySeconds) this.timer = setTimeout(this.inItsTurn, this.everySeconds * 1000);
  }

  // A page that nobody looks at asks for nothing; it reads when they are back.
  inItsTurn = () => document.visibilityState === "visible" && this.again();

  render(_, { answer, trouble, readAt }) {
    if (answer === null) return trouble ? inWords(trouble, () => this.again()) : loading();
    return html`${trouble && stale(trouble, readAt)} ${this.show(answer)}`;
  }
}

const stateAfter = async (address, signal) => {
  try {
    return { answer: await read(address, { signal }), trouble: null, readAt: new Date() };
  } catch (trouble) {
    return { trouble };
  }
};

export const loading = () => html`<p class="loading" aria-busy="true">Loading</p>`;

export const empty = (words) => html`<p class="empty">${words}</p>`;

const ADVICE = {
  401: "You are signed out. The sign-in page opens; you come back here after it.",
  403: "Your privileges do not include this. A superuser can give them to you, under People.",
  404: "There is nothing here. It may have been removed, or the address has a slip.",
};

export const inWords = (trouble, again) => html`
  <div class="trouble" role="alert">
    <p>${ADVICE[trouble.status] ?? trouble.message}</p>
    ${again && html`<button type="button" class="secondary" onClick=${again}>Try again</button>`}
  </div>
`;

const stale = (trouble, readAt) => html`
  <p class="stale" role="status">
    ${trouble.message} You see what was known at ${clockWithSeconds(readAt)}; the page tries again by itself.
  </p>
`;
