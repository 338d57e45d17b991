// One person: who they are, what they may do, and what staff can do about it.

import { html } from "../shared/ui.js";
import { Act } from "./act.js";
import { part, write } from "./api.js";
import { confirmed } from "./dialog.js";
import { at } from "./moments.js";
import { breaking, personAddress } from "./people_named.js";
import { Privileges } from "./privileges.js";
import { Reading } from "./reading.js";
import { stateBadge } from "./states.js";

const ROLES = ["admin", "phonebank"];

export class Person extends Reading {
  everySeconds = 60;

  address() {
    return `people/${part(this.props.params.username)}`;
  }

  // Every write answers with the person as they are now.
  changed = ({ person }) => (person ? this.setState({ answer: { person } }) : this.again());

  show({ person }) {
    return html`
      <p class="path"><a href="/console/people">All people</a></p>
      <section class="card" aria-labelledby="who">
        <h2 id="who"><bdi>${person.name || person.username}</bdi> ${stateBadge(person.state)}</h2>
        ${facts(person)}
        <p>
          <a href=${`${personAddress(person.username)}/story`}>Why did something not arrive? Their story</a>
        </p>
      </section>
      ${person.may.govern ? governing(person, this.changed) : ungoverned()} ${roles(person, this.changed)}
      ${privileges(person, this.changed)}
    `;
  }
}

const facts = (person) => html`
  <dl class="facts">
    ${pair("Username", breaking(person.username))} ${pair("E-mail", breaking(person.email))}
    ${pair("Phone", person.phone_number)}
    ${pair("College", person.college)} ${pair("Told by", person.told_by)} ${pair("Id", person.id)}
    ${pair("Account made", at(person.created_at))} ${pair("Last signed in", at(person.last_login_at))}
    ${pair("Devices", person.devices.length > 0 && devices(person.devices))}
  </dl>
`;

const pair = (title, said) => [
  html`<dt>${title}</dt>`,
  html`<dd>${said || html`<span class="nothing">none</span>`}</dd>`,
];

const devices = (all) =>
  all.map(
    ({ kind, registered_at: since }, place) =>
      html`<span key=${place} class="line">${kind}, since ${at(since)}</span>`,
  );

const governing = (person, done) => {
  const post = (verb) => (key) => write("POST", `people/${part(person.username)}/${verb}`, {}, key);
  const name = person.name || person.username;
  return html`
    <section class="card" aria-labelledby="account">
      <h2 id="account">Their account</h2>
      <div class="buttons">
        ${
          person.state === "disabled"
            ? html`<${Act} act=${post("enable")} said=${`${name} can sign in again.`} done=${done}>Enable<//>`
            : html`<button
              type="button"
              class="danger outline"
              onClick=${() => askToDisable(name, post("disable"), done)}
            >
              Disable
            </button>`
        }
        <button
          type="button"
          class="secondary outline"
          onClick=${() => askToSignOut(name, post("sign_out"), done)}
        >
          Sign out everywhere
        </button>
      </div>
    </section>
  `;
};

const ungoverned = () => html`
  <section class="card" aria-labelledby="account">
    <h2 id="account">Their account</h2>
    <p>Only superusers may do this to staff and to people with roles.</p>
  </section>
`;

const askToDisable = (name, act, done) =>
  confirmed({
    title: `Disable ${name}?`,
    words: "They are signed out everywhere at once and cannot sign in until somebody enables them again.",
    yes: "Disable",
    said: `${name} is disabled.`,
    act,
    done,
  });

const askToSignOut = (name, act, done) =>
  confirmed({
    title: `Sign ${name} out everywhere?`,
    words: "Every phone and browser of theirs is signed out at once. They can sign in again.",
    yes: "Sign out",
    said: `${name} is signed out everywhere.`,
    act,
    done,
  });

const roles = (person, done) => {
  const address = `people/${part(person.username)}/roles`;
  const give = (role) => (key) => write("POST", address, { role }, key);
  const take = (role) => (key) => write("DELETE", `${address}/${part(role)}`, undefined, key);
  const missing = ROLES.filter((role) => !person.roles.includes(role));
  return html`
    <section class="card" aria-labelledby="roles">
      <h2 id="roles">Roles</h2>
      ${person.roles.length === 0 && html`<p>No roles.</p>`}
      <ul class="chips">
        ${person.roles.map(
          (role) => html`
            <li key=${role}>
              <span class="badge">${role}</span>
              ${
                person.may.privileges &&
                html`<${Act}
                  act=${take(role)}
                  said=${`Not ${role} any more.`}
                  label=${`Take the role ${role}`}
                  done=${done}
                >
                  Take away
                <//>`
              }
            </li>
          `,
        )}
      </ul>
      ${
        person.may.privileges &&
        html`<div class="buttons">
        ${missing.map((role) => html`<${Act}
          key=${role}
          act=${give(role)}
          said=${`Now ${role}.`}
          done=${done}
        >
          Make ${role}
        <//>`)}
      </div>`
      }
    </section>
  `;
};

const privileges = (person, done) => html`
  <section class="card" aria-labelledby="privileges">
    <h2 id="privileges">State and privileges</h2>
    <${Privileges} key=${person.username} person=${person} done=${done} />
  </section>
`;
