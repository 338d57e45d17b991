// What both pages are made with: Preact and htm as they came, without a build and without anything inline.
import { Component, createRef, Fragment, h, render } from "../vendor/preact.mjs";
import htm from "../vendor/htm.mjs";

export const html = htm.bind(h);
export { Component, createRef, Fragment, render };

// An object's classes by name: `classes({card: true, late: isLate})`.
export const classes = (wanted) =>
  Object.keys(wanted)
    .filter((name) => wanted[name])
    .join(" ");
