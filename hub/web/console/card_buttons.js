// The two buttons of whatever can be changed and deleted, named after it for whoever hears them.

import { html } from "../shared/ui.js";

export const Edit = ({ name, open }) => html`
  <button type="button" class="secondary outline" aria-label=${`Edit ${name}`} onClick=${open}>Edit</button>
`;

export const Delete = ({ name, ask }) => html`
  <button type="button" class="danger outline" aria-label=${`Delete ${name}`} onClick=${ask}>Delete</button>
`;
