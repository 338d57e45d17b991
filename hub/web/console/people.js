// People: searched while one types, each leading to their own page.

import { Component, html } from "../shared/ui.js";
import { queryOf } from "./api.js";
import { at } from "./moments.js";
import { Pages } from "./pager.js";
import { breaking, named } from "./people_named.js";
import { Person } from "./person.js";
import { empty, Reading } from "./reading.js";
import { inQuery } from "./router.js";
import { may } from "./session.js";
import { stateBadge } from "./states.js";
import { Table } from "./table.js";

const PAUSE_MS = 250;

// Many sign in by their address; it stands there once.
const signsInAs = ({ username, email }) => html`
  <div>
    ${[username, ...(email && email !== username ? [email] : [])].map(
      (one) => html`<span key=${one} class="line">${breaking(one)}</span>`,
    )}
  </div>
`;

const COLUMNS = [
  { title: "Name", cell: named, look: "title" },
  { title: "Signs in as", cell: signsInAs },
  { title: "State", cell: ({ state }) => stateBadge(state) },
  { title: "Roles", cell: ({ roles }) => roles.join(", ") },
  { title: "Last signed in", cell: ({ last_login_at: last }) => at(last) },
];

class People extends Reading {
  everySeconds = 60;

  address() {
    const { query } = this.props;
    return `people${queryOf({ q: query.get("q"), page: query.get("page") })}`;
  }

  show({ people, ...pages }) {
    const wanted = this.props.query.get("q") ?? "";
    return html`
      ${people.length === 0 && empty(nobody(wanted))}
      ${
        people.length > 0 &&
        html`
        <${Table} caption="People" columns=${COLUMNS} rows=${people} keyOf=${({ username }) => username} />
        <${Pages} ...${pages} of=${["person", "people"]} />
      `
      }
    `;
  }

  // The field is there before there is an answer, and stays where it is when there is another.
  render(props, state) {
    return html`<${Search} query=${props.query} /> ${super.render(props, state)}`;
  }
}

const nobody = (wanted) =>
  wanted
    ? `Nobody is called “${wanted}”. Try a part of the name, the e-mail address or the id.`
    : "Nobody has an account yet.";

// What is typed is its own until one pauses; then the address says it, and the list above asks for it. An
// answer to what was typed before is not waited for any more.
class Search extends Component {
  state = { typed: this.props.query.get("q") ?? "" };

  componentWillUnmount() {
    clearTimeout(this.timer);
  }

  typed = (event) => {
    const typed = event.target.value;
    this.setState({ typed });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => inQuery({ q: typed.trim(), page: null }), PAUSE_MS);
  };

  now = (event) => {
    event.preventDefault();
    clearTimeout(this.timer);
    inQuery({ q: this.state.typed.trim(), page: null });
  };

  render(_, { typed }) {
    return html`
      <form class="search" role="search" onSubmit=${this.now}>
        <label for="people-search">Search people</label>
        <div>
          <input
            id="people-search"
            type="search"
            value=${typed}
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            placeholder="name, e-mail address or id"
            onInput=${this.typed}
          />
        </div>
      </form>
    `;
  }
}

const mayRead = (session) => may(session, "user", "read");

export const sections = [
  { name: "people", title: "People", path: "/console/people", page: People, needs: mayRead },
  { name: "person", title: "Person", path: "/console/people/:username", page: Person, needs: mayRead },
];
