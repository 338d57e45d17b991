// The frame around every section: who is signed in, the navigation, and where the section is shown.

import { Component, html } from "../shared/ui.js";
import { zoneName } from "../shared/time.js";
import { Questions } from "./dialog.js";
import { dropEveryDraft, writtenBy } from "./drafts.js";
import { Reading } from "./reading.js";
import { heedAddress, here } from "./router.js";
import { isIn, offeredTo, sectionAt } from "./sections.js";
import { Toasts } from "./toasts.js";

export class Shell extends Reading {
  everySeconds = 300;

  constructor(props) {
    super(props);
    this.state = { ...this.state, here: here(), isMenuOpen: false };
  }

  address() {
    return "session";
  }

  componentDidMount() {
    super.componentDidMount();
    this.stopHeeding = heedAddress(({ isNew }) => this.moved(isNew));
  }

  componentWillUnmount() {
    super.componentWillUnmount();
    this.stopHeeding();
  }

  moved(isNew) {
    const before = this.state.here.path;
    const now = here();
    this.setState({ here: now, isMenuOpen: this.state.isMenuOpen && now.path === before }, () => {
      if (now.path !== before) arrived(isNew);
    });
  }

  toggle = () => this.setState({ isMenuOpen: !this.state.isMenuOpen });

  show(session) {
    const { here: at, isMenuOpen } = this.state;
    const found = sectionAt(at.path);
    // Before any form looks for what was typed in it.
    writtenBy(session.username);
    document.title = `${found?.section.title ?? "Console"} · The hub`;
    return html`
      <a class="hub-skip" href="#content">To the content</a>
      ${header(session, isMenuOpen, this.toggle)}
      <div class="frame">
        ${navigation(session, at.path, isMenuOpen)}
        <main
          id="content"
          tabindex="-1"
        >
          ${found ? opened(found, session, at) : nothingHere(session, at.path)}
        </main>
      </div>
      <${Questions} />
      <${Toasts} />
    `;
  }
}

// What somebody came to is read from its heading on; going back leaves the place to the browser.
const arrived = (isNew) => {
  document.querySelector("h1")?.focus({ preventScroll: true });
  if (isNew) scrollTo(0, 0);
};

const header = (session, isMenuOpen, toggle) => html`
  <header class="bar">
    <button
      type="button"
      class="quiet menu-button"
      aria-expanded=${String(isMenuOpen)}
      aria-controls="navigation"
      onClick=${toggle}
    >
      Menu
    </button>
    <a class="brand" href="/console">The hub</a>
    ${
      session.environment !== "production" &&
      html`<span class="badge environment">${session.environment}</span>`
    }
    <span class="who"><bdi>${session.name}</bdi></span>
    <form method="post" action="/console/sign-out" onSubmit=${dropEveryDraft}>
      <button type="submit" class="quiet">Sign out</button>
    </form>
  </header>
`;

const navigation = (session, path, isMenuOpen) => html`
  <nav id="navigation" class=${isMenuOpen ? "sections open" : "sections"} aria-label="Sections">
    ${offeredTo(session).map(
      ([title, sections]) => html`
        <div key=${title} class="group">
          <h2>${title}</h2>
          <ul>
            ${sections.map((section) => html`<li key=${section.name}>${link(section, path)}</li>`)}
          </ul>
        </div>
      `,
    )}
    <p class="outside"><a href="/">Live page</a></p>
    <p class="zone">Times are in ${zoneName}.</p>
  </nav>
`;

const link = (section, path) =>
  html`<a href=${section.path} aria-current=${isIn(section, path) ? "page" : null}>${section.title}</a>`;

const opened = ({ section, params }, session, { path, query }) => html`
  <${Guarded} key=${`${session.username} ${path}`}>
    <h1 tabindex="-1">${section.title}</h1>
    <${section.page} params=${params} query=${query} session=${session} section=${section} />
  <//>
`;

const nothingHere = () => html`
  <h1 tabindex="-1">Nothing here</h1>
  <p class="empty">
    No section of the console has this address. Choose one in the menu, or go <a href="/console">to the start</a>.
  </p>
`;

// A fault in one section leaves the navigation and the others as they are.
class Guarded extends Component {
  state = { fault: null };

  static getDerivedStateFromError(fault) {
    return { fault };
  }

  componentDidCatch(fault) {
    console.error(fault);
  }

  render({ children }, { fault }) {
    if (!fault) return children;
    return html`
      <h1 tabindex="-1">This page has a fault</h1>
      <div class="trouble" role="alert">
        <p>${String(fault.message)}</p>
        <button
          type="button"
          class="secondary"
          onClick=${() => location.reload()}
        >
          Load the page again
        </button>
      </div>
    `;
  }
}
