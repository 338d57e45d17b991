// People as lists name them: the name they gave, leading to their page.

import { html } from "../shared/ui.js";
import { part } from "./api.js";

export const named = (person, nobody = "somebody who is gone") => {
  if (!person) return html`<span class="nothing">${nobody}</span>`;
  // Who may not read users is not told where a name leads: some usernames are addresses.
  if (!person.username) return html`<bdi>${person.name}</bdi>`;
  return html`<a href=${personAddress(person.username)}><bdi>${person.name || person.username}</bdi></a>`;
};

const ADDRESS = /^[^@\s]+@[^@\s]+$/;

// An e-mail address breaks after its signs, where it must.
export const breaking = (text) =>
  ADDRESS.test(text)
    ? text.split(/(?<=[@.])/).map((part, place) => [place > 0 && html`<wbr />`, part])
    : text;

export const personAddress = (username) => `/console/people/${part(username)}`;
