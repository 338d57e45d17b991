// Every section of the console, in the order and the groups of the navigation.

import { sections as announcements } from "./announcements.js";
import { sections as calls } from "./calls.js";
import { sections as members } from "./members.js";
import { sections as mentors } from "./mentors.js";
import { sections as people } from "./people.js";
import { sections as places } from "./places.js";
import { sections as registrations } from "./registrations.js";
import { match } from "./router.js";
import { section as deliveries } from "./deliveries.js";
import { section as health } from "./health.js";
import { section as outbox } from "./outbox.js";
import { sections as stories } from "./story.js";
import { sections as schedule } from "./schedule.js";
import { sections as tickets } from "./tickets.js";
import { sections as times } from "./times.js";
import { sections as today } from "./today.js";

const GROUPS = [
  ["The day", [...today, ...announcements, ...schedule, ...places, ...times, ...mentors, ...tickets]],
  ["People", [...people, ...stories, ...registrations, ...members, ...calls]],
  ["The machine", [deliveries, health, outbox]],
];

const EVERY = GROUPS.flatMap(([, sections]) => sections);

// The groups with what the session allows; a section whose path has a part of its own is reached by links.
export const offeredTo = (session) =>
  GROUPS.map(([title, sections]) => [
    title,
    sections.filter((one) => isListed(one) && one.needs(session)),
  ]).filter(([, sections]) => sections.length);

const isListed = ({ path }) => !path.includes("/:");

// The section that a path names, with the parts of the path, or null. A plain path goes before one with
// parts.
export const sectionAt = (path) => {
  const found = EVERY.map((section) => ({ section, params: match(section.path, path) })).filter(
    ({ params }) => params,
  );
  return (
    found.sort((one, other) => Object.keys(one.params).length - Object.keys(other.params).length)[0] ?? null
  );
};

// Which of the navigation's sections a path lies in: a person's page lies in "People".
export const isIn = (section, path) =>
  path === section.path || (section.path !== "/console" && path.startsWith(`${section.path}/`));
