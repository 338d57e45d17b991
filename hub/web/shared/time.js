// Moments: the hub says them in UTC, people read them in their own zone and language.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const DAY = 24 * 3600 * 1000;

// The viewer's zone, as people call it.
export const zoneName = zone.replaceAll("_", " ");

// A Date from what the hub says: Vivere leaves the zone out and means UTC. Null for null, and for what is no moment.
export const moment = (text) => {
  if (!text) return null;
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(text);
  const date = new Date(hasZone ? text : `${text}Z`);
  return Number.isNaN(date.getTime()) ? null : date;
};

const format = (options) => new Intl.DateTimeFormat(undefined, options);
const clockFormat = format({ hour: "2-digit", minute: "2-digit" });
const secondsFormat = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayFormat = format({ weekday: "short", day: "numeric", month: "short" });
const yearFormat = format({ weekday: "short", day: "numeric", month: "short", year: "numeric" });

const midnightOf = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
export const isSameDay = (one, other) => midnightOf(one) === midnightOf(other);

// "14:03"
export const clock = (date) => clockFormat.format(date);
// "14:03:27"
export const clockWithSeconds = (date) => secondsFormat.format(date);
// "Sat, 21 Nov", with the year where it is another one.
export const day = (date, now = new Date()) =>
  (date.getFullYear() === now.getFullYear() ? dayFormat : yearFormat).format(date);
// "14:03" today, "Sat, 21 Nov, 14:03" on any other day.
export const when = (date, now = new Date()) =>
  isSameDay(date, now) ? clock(date) : `${day(date, now)}, ${clock(date)}`;

const SPANS = [
  [DAY, "day"],
  [3600 * 1000, "hour"],
  [60 * 1000, "minute"],
  [1000, "second"],
];
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

// "3 minutes ago", "in 2 hours"
export const ago = (date, now = new Date()) => {
  const distance = date.getTime() - now.getTime();
  const [length, name] = SPANS.find(([span]) => Math.abs(distance) >= span) ?? SPANS.at(-1);
  return relative.format(Math.round(distance / length), name);
};

// "3 min", "2 h 5 min", "41 s": how long something lasts.
export const span = (milliseconds) => {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest ? `${Math.floor(minutes / 60)} h ${rest} min` : `${minutes / 60} h`;
};

const two = (number) => String(number).padStart(2, "0");

// What `<input type="datetime-local">` holds, in the viewer's zone; and back.
export const toInput = (date) =>
  date
    ? `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`
    : "";
export const fromInput = (text) => (text ? new Date(text).toISOString() : null);
