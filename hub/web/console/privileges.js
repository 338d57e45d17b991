// What a staff member may do: a table of subjects and verbs to tick, and what kind of account it is.

import { Component, html } from "../shared/ui.js";
import { part, write } from "./api.js";
import { Attempt } from "./attempt.js";
import { told } from "./toasts.js";

// As `hub/domain/privileges.py` has them, in the same order.
const VERBS = ["read", "create", "update", "delete"];
const SUBJECTS = [
  ["user", "Users"],
  ["category", "Categories"],
  ["tag", "Tags"],
  ["event", "Events"],
  ["registration", "Registrations"],
  ["team", "Teams"],
  ["ticket", "Help tickets"],
  ["organiser", "Organisers"],
  ["volunteer", "Volunteers"],
  ["location", "Places"],
  ["announcement", "Announcements"],
  ["times", "Times"],
];

const STATES = [
  ["normal", "Normal: may not open the console"],
  ["staff", "Staff: may do what is ticked below"],
  ["superuser", "Superuser: may do everything, and give privileges"],
];

const EVERYTHING = Object.fromEntries(SUBJECTS.map(([subject]) => [subject, VERBS]));

export class Privileges extends Component {
  state = { wanted: null, isAtIt: false, trouble: null };
  attempt = new Attempt();

  // What was ticked and not saved; before that, what is so.
  now() {
    const { person } = this.props;
    return this.state.wanted ?? { state: person.standing, privileges: person.privileges ?? EVERYTHING };
  }

  want = (changes) => this.setState({ wanted: { ...this.now(), ...changes }, trouble: null });

  tick = (subject, verb, isTicked) => {
    const { privileges } = this.now();
    const verbs = VERBS.filter((one) =>
      one === verb ? isTicked : (privileges[subject] ?? []).includes(one),
    );
    this.want({ privileges: { ...privileges, [subject]: verbs } });
  };

  save = async (event) => {
    event.preventDefault();
    if (this.state.isAtIt) return;
    this.setState({ isAtIt: true, trouble: null });
    const { person, done } = this.props;
    const path = `people/${part(person.username)}/privileges`;
    try {
      const answer = await this.attempt.make((body, key) => write("PUT", path, body, key), this.body());
      this.setState({ isAtIt: false, wanted: null });
      told("Saved. It counts from the next thing they do.");
      done(answer);
    } catch (trouble) {
      this.setState({ isAtIt: false, trouble });
    }
  };

  // Only what was changed: whoever was given nothing one by one keeps everything, unless boxes were touched.
  body() {
    const { person } = this.props;
    const { state, privileges } = this.now();
    const isTouched = privileges !== (person.privileges ?? EVERYTHING);
    return { ...(state !== person.standing ? { state } : {}), ...(isTouched ? { privileges } : {}) };
  }

  render({ person }, { wanted, isAtIt, trouble }) {
    const { state, privileges } = this.now();
    const mayChange = person.may.privileges;
    return html`
      <form class="form" onSubmit=${this.save}>
        ${!mayChange && html`<p class="note">Only superusers change this, and nobody their own.</p>`}
        ${mayChange && this.kinds(state)}
        ${state === "superuser" && html`<p>Superusers may do everything; ticks would change nothing.</p>`}
        ${state === "normal" && html`<p>Privileges are for staff.</p>`}
        ${state !== "superuser" && state !== "normal" && this.table(privileges, mayChange)}
        ${trouble && html`<p class="wrong" role="alert">${trouble.message}</p>`}
        ${mayChange && this.buttons(wanted, isAtIt, trouble)}
      </form>
    `;
  }

  kinds(state) {
    return html`
      <fieldset>
        <legend>Kind of account</legend>
        ${STATES.map(
          ([value, words]) => html`
            <label key=${value}>
              <input
                type="radio"
                name="state"
                value=${value}
                checked=${state === value}
                onChange=${() => this.want({ state: value })}
              />
              ${words}
            </label>
          `,
        )}
      </fieldset>
    `;
  }

  table(privileges, mayChange) {
    return html`
      <table class="ticks">
        <caption class="hub-unseen">What they may do</caption>
        <thead>
          <tr>
            <th scope="col">About</th>
            ${VERBS.map((verb) => html`<th key=${verb} scope="col">${verb}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${SUBJECTS.map(([subject, title]) =>
            this.row(subject, title, privileges[subject] ?? [], mayChange),
          )}
        </tbody>
      </table>
    `;
  }

  row(subject, title, verbs, mayChange) {
    return html`
      <tr key=${subject}>
        <th scope="row">${title}</th>
        ${VERBS.map(
          (verb) => html`
            <td key=${verb}>
              <label>
                <span class="hub-unseen">${title}: ${verb}</span>
                <input
                  type="checkbox"
                  checked=${verbs.includes(verb)}
                  disabled=${!mayChange}
                  onChange=${(event) => this.tick(subject, verb, event.target.checked)}
                />
              </label>
            </td>
          `,
        )}
      </tr>
    `;
  }

  buttons(wanted, isAtIt, trouble) {
    return html`
      <div class="buttons">
        <button
          type="submit"
          disabled=${!wanted}
          aria-busy=${isAtIt}
        >
          ${trouble?.mayBeSentAgain ? "Try again" : "Save"}
        </button>
        ${
          wanted &&
          html`<button
            type="button"
            class="secondary outline"
            onClick=${() => this.setState({ wanted: null })}
          >
            Undo
          </button>`
        }
      </div>
    `;
  }
}
