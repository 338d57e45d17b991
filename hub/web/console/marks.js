// How something is, as a sign and a word: colour alone would be lost on many. And moments as elements.

import { html } from "../shared/ui.js";
import { ago, moment } from "../shared/time.js";
import { wholeMoment } from "./moments.js";

const SIGNS = {
  good: "M2 8.5 6.5 13 14 4",
  bad: "M3 3l10 10M13 3 3 13",
  late: "M8 2v7.5M8 13.4v.2",
  busy: "M2 8h11M9 4l4 4-4 4",
  idle: "M3 8h10",
};

// `how`: good, busy, late, bad or idle.
export const mark = (how, words) => html`
  <span class="mark mark-${how}">
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="2.5"
      stroke-linecap="round"
    >
      <path d=${SIGNS[how]} />
    </svg>
    <span>${words}</span>
  </span>
`;

// "3 minutes ago", with the day and time for whoever points at it.
export const since = (iso) =>
  html`<time datetime=${iso} title=${wholeMoment(iso)}>${ago(moment(iso))}</time>`;

// A number in the viewer's language; a dash where it is not known.
export const plainly = (number) => number?.toLocaleString() ?? "–";
