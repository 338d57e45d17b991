// Moments as lists and forms of the console say them, in the viewer's zone.

import { html } from "../shared/ui.js";
import { clock, day, moment, zoneName } from "../shared/time.js";

const wholeFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

// "Sun, 22 Nov, 10:00", always with its day: lists are read the day after, too.
export const dayAndTime = (iso) => {
  const date = moment(iso);
  return date ? `${day(date)}, ${clock(date)}` : "";
};

// With the year and the zone, for whoever points at it.
export const wholeMoment = (iso) => (iso ? wholeFormat.format(moment(iso)) : "");

// The same moment as the clocks of another zone show it.
export const inZone = (iso, zone) =>
  new Intl.DateTimeFormat(undefined, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
  }).format(moment(iso));

export const isTheViewers = (zone) => zone.replaceAll("_", " ") === zoneName;

// A moment in a list: its day and time, and the whole of it for whoever points at it.
export const at = (iso) =>
  iso && html`<time datetime=${iso} title=${wholeMoment(iso)}>${dayAndTime(iso)}</time>`;
