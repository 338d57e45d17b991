// One field of a form: its label, what it is for, and what is wrong with it, tied together for those who
// listen.

import { html } from "../shared/ui.js";
import { fromInput, zoneName } from "../shared/time.js";
import { inZone, isTheViewers } from "./moments.js";

// A field is `{name, label, kind, hint, required, maxlength, options, rows, when(values), first}`; kinds are
// text, area, moment, number, choice and checkbox. `options` are `[value, words]`; `when` says whether it is
// asked for at all.
export const Field = (field) => {
  if (field.when && !field.when(field.values)) return null;
  const id = `${field.of}-${field.name}`;
  const notes = [field.hint, field.kind === "moment" && momentHint(field)].filter(Boolean);
  const described = [notes.length && `${id}-hint`, field.wrong && `${id}-wrong`].filter(Boolean).join(" ");
  const control = { id, described: described || null, ...field };
  return html`
    <div class=${`field field-${field.kind ?? "text"}`}>
      ${field.kind === "checkbox"
        ? ticked(control)
        : html`<label for=${id}>${field.label}</label>${controlOf(control)}`}
      ${notes.length > 0 && html`<small id=${`${id}-hint`}>${notes.join(" ")}</small>`}
      ${field.wrong && html`<p class="wrong" id=${`${id}-wrong`} role="alert">${field.wrong}</p>`}
    </div>
  `;
};

// What is just being sent is held: it could not be told from what comes after.
const shared = ({ id, name, value, required, wrong, described, typed, maxlength, isHeld }) => ({
  ...{ id, name, value, required, maxlength },
  "aria-invalid": wrong ? "true" : null,
  "aria-describedby": described,
  readOnly: isHeld,
  autocomplete: "off",
  onInput: (event) => typed(name, event.target.value),
});

const controlOf = (field) => {
  if (field.kind === "area")
    return html`<textarea dir="auto" rows=${field.rows ?? 3} ...${shared(field)}></textarea>`;
  if (field.kind === "choice") return choice(field);
  if (field.kind === "moment") return html`<input type="datetime-local" ...${shared(field)} />`;
  if (field.kind === "number")
    return html`<input type="number" step="1" min=${field.least} ...${shared(field)} />`;
  return html`<input type="text" dir="auto" ...${shared(field)} />`;
};

const choice = (field) => html`
  <select ...${shared(field)} disabled=${field.isHeld}>
    ${field.options.map(
      ([value, words]) =>
        html`<option key=${value} value=${value} selected=${value === field.value}>${words}</option>`,
    )}
  </select>
`;

const ticked = ({ id, name, label, value, described, typed, isHeld }) => html`
  <label for=${id}>
    <input
      type="checkbox"
      id=${id}
      name=${name}
      checked=${value}
      disabled=${isHeld}
      aria-describedby=${described}
      onChange=${(event) => typed(name, event.target.checked)}
    />
    ${label}
  </label>
`;

// The first of a form says which zone is meant. Who is elsewhere types in their own zone; beside it stands
// what the clocks at the event will show.
const momentHint = ({ value, zone, saysZone }) => {
  const own = saysZone ? `Your time zone: ${zoneName}. ` : "";
  if (!value || !zone || isTheViewers(zone)) return own;
  return `${own}That is ${inZone(fromInput(value), zone)} in ${zone.replaceAll("_", " ")}.`;
};
