// What forms hold and what the hub is told: moments as typed in the viewer's zone, and only what was changed.

import { fromInput, moment, toInput } from "../shared/time.js";

const START = { moment: "", checkbox: false };

// The values that controls begin with, of what the hub said (or of nothing, for something new).
export const startingWith = (fields, initial = {}) =>
  Object.fromEntries(fields.map((field) => [field.name, shown(field, initial[field.name])]));

const shown = ({ kind, first }, value) => {
  if (value === undefined || value === null) return first ?? START[kind] ?? "";
  if (kind === "moment") return toInput(moment(value));
  return kind === "checkbox" ? value : String(value);
};

// The body: all that was filled in for something new, and only what differs from `before` for something that
// is there, so that what others changed meanwhile stays theirs.
export const sentBy = (fields, values, before) => {
  const wanted = fields.filter(({ name }) => (before ? values[name] !== before[name] : values[name] !== ""));
  return Object.fromEntries(wanted.map((field) => [field.name, said(field, values[field.name])]));
};

const said = ({ kind }, value) => {
  if (kind === "moment") return fromInput(value);
  if (kind === "number") return value === "" ? null : Number(value);
  return value;
};
