// What was done, said in words for a few seconds, and read aloud to who cannot see it.

import { Component, html } from "../shared/ui.js";

const SECONDS = 6;

let show = () => {};

// Say that something was done. What went wrong is said where it went wrong, not here.
export const told = (words) => show(words);

export class Toasts extends Component {
  state = { toasts: [] };
  next = 1;

  componentDidMount() {
    show = (words) => this.add(words);
  }

  add(words) {
    const toast = { id: this.next++, words };
    this.setState(({ toasts }) => ({ toasts: [...toasts, toast].slice(-3) }));
    setTimeout(() => this.drop(toast.id), SECONDS * 1000);
  }

  drop(id) {
    this.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
  }

  render(_, { toasts }) {
    return html`
      <div class="toasts" role="status" aria-live="polite">
        ${toasts.map(({ id, words }) => html`<p key=${id} class="toast">${words}</p>`)}
      </div>
    `;
  }
}
