// What happened while the page heard nothing: what it knew before, compared with what it knows now.

const SUBJECTS = [
  ["announcements", "announcement", "announcements"],
  ["events", "change of the schedule", "changes of the schedule"],
  ["tickets", "ticket changed", "tickets changed"],
];

// A ticket whose place in the queue moved has not changed itself.
const shown = ({ position, ...rest }) => JSON.stringify(rest);

const changed = (before, after) =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((id) => {
    const [was, is] = [before[id], after[id]];
    return !was || !is || shown(was) !== shown(is);
  }).length;

const counted = (count, one, many) => (count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]);

// "2 announcements, 1 ticket changed", or "" where everything is as it was.
export const missed = (before, after) => {
  const several = SUBJECTS.flatMap(([what, one, many]) =>
    counted(changed(before[what], after[what]), one, many),
  );
  const timesMoved = before.times && JSON.stringify(before.times) !== JSON.stringify(after.times);
  return [...several, ...(timesMoved ? ["new times"] : [])].join(", ");
};
