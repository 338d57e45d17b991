// States in words with a colour; the word is there for those who do not see the colour.

import { html } from "../shared/ui.js";

const LOOK_OF_STATE = {
  disabled: "bad",
  superuser: "warn",
  staff: "good",
  confirmed: "good",
  waiting: "warn",
  "payment pending": "warn",
  withdrawn: "",
};

export const stateBadge = (state) =>
  html`<span class=${`badge ${LOOK_OF_STATE[state] ?? ""}`}>${state.replaceAll("_", " ")}</span>`;

// A row of figures, each with its name: `[[words, number], ...]`.
export const figures = (counts) => html`
  <dl class="tallies">
    ${counts.map(
      ([words, number]) => html`
        <div key=${words}>
          <dt>${words}</dt>
          <dd class="hub-figures">${number}</dd>
        </div>
      `,
    )}
  </dl>
`;
