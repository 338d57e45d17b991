// Where the event stands: what the four times mean now, and what of the schedule is on and comes next.
import { moment } from "../shared/time.js";

// Until organisers set a time it is the first moment of 1970.
const isSet = (date) => date !== null && date.getTime() > 0;

export const read = (times) => {
  const at = (name) => {
    const date = moment(times?.[name]);
    return isSet(date) ? date : null;
  };
  return {
    eventStart: at("event_start_time"),
    hackingStart: at("hacking_start_time"),
    hackingEnd: at("hacking_end_time"),
    eventEnd: at("event_end_time"),
  };
};

const share = (from, to, now) =>
  from && to && to > from ? Math.min(1, Math.max(0, (now - from) / (to - from))) : null;

// What is counted down to, as soon as it comes.
const COMING = [
  ["eventStart", "before", "The event begins in"],
  ["hackingStart", "before", "Hacking begins in"],
  ["hackingEnd", "hacking", "Hacking ends in"],
  ["eventEnd", "done", "The event ends in"],
];
const PASSED = [
  ["eventEnd", "over", "The event is over. Thank you all!"],
  ["hackingEnd", "over", "Hacking is over"],
  ["hackingStart", "hacking", "Hacking is on"],
  ["eventStart", "on", "The event is on"],
];
const UNSET = [null, "unset", "The times are not set yet"];

// `{name, words, until, share}`: what is counted down to, and how much of the hacking is over.
export const phase = (times, now) => {
  const at = read(times);
  const coming = COMING.find(([moment]) => at[moment] !== null && now < at[moment]);
  const [what, name, words] = coming ?? PASSED.find(([moment]) => at[moment] !== null) ?? UNSET;
  const isAfterHacking = what === "eventEnd" && coming && at.hackingEnd !== null;
  return {
    name,
    words: isAfterHacking ? "Hacking is over. The event ends in" : words,
    until: coming ? at[what] : null,
    share: what === "hackingEnd" && coming ? share(at.hackingStart, at.hackingEnd, now) : null,
  };
};

const two = (number) => String(number).padStart(2, "0");

// What is left, in days, hours, minutes and seconds; whole seconds, so that nothing ends before its time.
export const left = (until, now) => {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  const [days, hours, minutes] = [
    Math.floor(seconds / 86400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  return [
    ...(days > 0 ? [[String(days), days === 1 ? "day" : "days"]] : []),
    [two(hours), hours === 1 ? "hour" : "hours"],
    [two(minutes), "min"],
    [two(seconds % 60), "sec"],
  ];
};

// Whether an event is on now; one without a length is a moment, which is never "on".
export const isOn = (event, now) => moment(event.start_time) <= now && now < moment(event.end_time);
export const isOver = (event, now) => moment(event.end_time) <= now && moment(event.start_time) <= now;

// What is on, and what begins next (all that begin together).
export const nowAndNext = (events, now) => {
  const coming = events.filter((event) => moment(event.start_time) > now);
  return {
    on: events.filter((event) => isOn(event, now)),
    next: coming.filter((event) => event.start_time === coming[0].start_time),
  };
};
