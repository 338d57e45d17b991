// One of a few states of a list, chosen by links whose choice the address keeps.

import { html } from "../shared/ui.js";
import { inQuery } from "./router.js";

// `choices` are `[value, words, count]`; a count is left out where it is not known. `reset` are parts of the
// address that mean something else in another state, such as the page.
export const Tabs = ({ label, name, choices, chosen, reset = {} }) => html`
  <div class="tabs" role="group" aria-label=${label}>
    ${choices.map(
      ([value, words, count]) => html`
        <button
          key=${value}
          type="button"
          class="tab"
          aria-pressed=${String(value === chosen)}
          onClick=${() => inQuery({ ...reset, [name]: value })}
        >
          ${words}${count !== undefined && html` <span class="count hub-figures">${count}</span>`}
        </button>
      `,
    )}
  </div>
`;
