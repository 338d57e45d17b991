// Dialogs: a frame that takes the focus and gives it back, and questions before what cannot be undone.

import { Component, createRef, html } from "../shared/ui.js";
import { Attempt } from "./attempt.js";
import { told } from "./toasts.js";

let headings = 0;

// Props: `title`, `close` (asked for by Escape or the cross), children.
export class Dialog extends Component {
  element = createRef();
  heading = `dialog-${++headings}`;

  componentDidMount() {
    this.opener = document.activeElement;
    this.element.current.showModal();
    this.element.current.querySelector("input, textarea, select, [autofocus]")?.focus();
  }

  componentWillUnmount() {
    const { opener } = this;
    queueMicrotask(() => (opener?.isConnected ? opener.focus() : readOn()));
  }

  // The page closes it by not rendering it any more, which gives the focus back.
  escape = (event) => {
    event.preventDefault();
    this.props.close();
  };

  render({ title, close, children }) {
    return html`
      <dialog ref=${this.element} aria-labelledby=${this.heading} onCancel=${this.escape}>
        <article>
          <header>
            <h2 id=${this.heading}>${title}</h2>
            <button type="button" class="quiet cross" aria-label="Close" onClick=${close}>✕</button>
          </header>
          ${children}
        </article>
      </dialog>
    `;
  }
}

// What opened a dialog may be gone by what was done in it; then reading goes on at the heading.
const readOn = () => {
  if (document.activeElement === document.body) document.querySelector("h1")?.focus();
};

let ask = () => {};

// Ask before doing: `{title, words, yes, said, act(key), done(answer)}`. The dialog stays until it is done or
// given up.
export const confirmed = (question) => ask(question);

export class Questions extends Component {
  state = { question: null };

  componentDidMount() {
    ask = (question) => this.setState({ question });
  }

  close = () => this.setState({ question: null });

  render(_, { question }) {
    return question && html`<${Question} ...${question} close=${this.close} />`;
  }
}

class Question extends Component {
  state = { isAtIt: false, trouble: null };
  attempt = new Attempt();

  go = async () => {
    if (this.state.isAtIt) return;
    const { act, said, done, close } = this.props;
    this.setState({ isAtIt: true, trouble: null });
    let answer;
    try {
      answer = await this.attempt.make((_, key) => act(key));
    } catch (trouble) {
      return this.setState({ isAtIt: false, trouble });
    }
    close();
    told(said);
    await done?.(answer);
    requestAnimationFrame(readOn);
  };

  render({ title, words, yes, close }, { isAtIt, trouble }) {
    return html`
      <${Dialog} title=${title} close=${close}>
        <p class="hub-text">${words}</p>
        ${trouble && html`<p class="wrong" role="alert">${trouble.message}</p>`}
        <footer class="buttons">
          <button type="button" class="secondary outline" autofocus onClick=${close}>Cancel</button>
          <button type="button" class="danger" aria-busy=${isAtIt} onClick=${this.go}>
            ${trouble?.mayBeSentAgain ? "Try again" : yes}
          </button>
        </footer>
      <//>
    `;
  }
}
