// What a list of jobs shows as they come and go: rows stay under one's eyes, well canaries are one row. Pure.

const CANARY = "canary.sing";

const isWellCanary = (job) => job.name === CANARY && job.state === "done";

// The jobs with every run of canaries as one: they come every ten seconds, and matter when they stay away.
export const folded = (jobs) => {
  const found = [];
  for (const job of jobs) {
    const last = found[found.length - 1];
    if (!isWellCanary(job)) found.push(job);
    else if (last?.canaries) last.canaries.push(job);
    else found.push({ canaries: [job] });
  }
  return found.map((one) => (one.canaries?.length === 1 ? one.canaries[0] : one));
};

// What to show after new jobs came: while somebody is at the list its rows stay where they are, with what is
// known of them now, and new ones wait to be asked for.
export const steady = (shown, incoming, isHeld) => {
  if (!isHeld || !shown.length) return { rows: incoming, waiting: 0 };
  const news = new Map(incoming.map((job) => [job.id, job]));
  const known = new Set(shown.map((job) => job.id));
  const rows = shown.map((job) => news.get(job.id) ?? { ...job, hasLeft: true });
  return { rows, waiting: incoming.filter((job) => !known.has(job.id) && job.name !== CANARY).length };
};
