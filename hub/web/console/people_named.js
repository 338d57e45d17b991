// People as lists name them: the name they gave, leading to their page.

import { html } from "../shared/ui.js";
import { part } from "./api.js";

export const named = (person, nobody = "somebody who is gone") => {
  if (!person) return html`<span class="nothing">${nobody}</span>`;
  if (!person.username) return person.name;
  return html`<a href=${personAddress(person.username)}>${person.name || person.username}</a>`;
};

export const personAddress = (username) => `/console/people/${part(username)}`;
