// A button that writes: it says when it is at it, what went wrong, and tries again under the same key.

import { Component, html } from "../shared/ui.js";
import { Attempt } from "./attempt.js";
import { told } from "./toasts.js";

// Props: `act(key)` makes the call, `said` is what to say when it is done (words, or a function of the
// answer), `done(answer)` follows. Children are the label.
export class Act extends Component {
  state = { isAtIt: false, trouble: null };
  attempt = new Attempt();

  go = async () => {
    if (this.state.isAtIt) return;
    this.setState({ isAtIt: true, trouble: null });
    const { act, said, done } = this.props;
    let answer;
    try {
      answer = await this.attempt.make((_, key) => act(key));
    } catch (trouble) {
      return this.setState({ isAtIt: false, trouble });
    }
    this.setState({ isAtIt: false });
    if (said) told(wordsFor(said, answer));
    done?.(answer);
  };

  render({ children, look = "secondary", label }, { isAtIt, trouble }) {
    const isAgain = trouble?.mayBeSentAgain;
    return html`
      <span class="act">
        <button
          type="button"
          class=${look}
          aria-busy=${isAtIt}
          aria-label=${isAgain ? null : label}
          onClick=${this.go}
        >
          ${isAgain ? "Try again" : children}
        </button>
        ${trouble && html`<span class="wrong" role="alert">${trouble.message}</span>`}
      </span>
    `;
  }
}

export const wordsFor = (said, answer) => (typeof said === "function" ? said(answer) : said);
