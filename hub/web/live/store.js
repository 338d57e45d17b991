// What the page knows of the event: plain objects by id, moved only by what the hub says. Hearing it twice
// changes nothing.

export const nothing = {
  announcements: {},
  events: {},
  places: {},
  pictures: {},
  times: null,
  tickets: {},
  positions: {},
};

export const byId = (several) => Object.fromEntries(several.map((one) => [one.id, one]));

const put = (state, what, one) => ({ ...state, [what]: { ...state[what], [one.id]: one } });
const drop = (state, what, one) => {
  const { [one.id]: gone, ...rest } = state[what];
  return gone ? { ...state, [what]: rest } : state;
};

export const waits = (ticket) => !ticket.claimed && !ticket.expired && ticket.time_complete === null;
const isAtWork = (ticket) => ticket.claimed_by_me && ticket.time_complete === null;
// Of others' tickets only those that wait are anybody's business.
const isShown = (ticket) => waits(ticket) || ticket.is_mine || isAtWork(ticket);
const putTicket = (state, ticket) => (isShown(ticket) ? put : drop)(state, "tickets", ticket);

// A place that is saved may have a new picture, at the same address.
const putPlace = (state, place) => {
  const pictures = { ...state.pictures, [place.id]: (state.pictures[place.id] ?? 0) + 1 };
  return { ...put(state, "places", place), pictures };
};

const HEARD = {
  "/announcements": {
    save: (state, said) => put(state, "announcements", said),
    delete: (state, said) => drop(state, "announcements", said),
  },
  "/schedule": {
    save: (state, said) => put(put(state, "events", said), "places", said.location),
    delete: (state, said) => drop(state, "events", said),
    location_save: putPlace,
    location_delete: (state, said) => drop(state, "places", said),
    times: (state, said) => ({ ...state, times: said }),
  },
  "/mentor": {
    save: putTicket,
    expire: (state, said) => said.reduce(putTicket, state),
    positions: (state, said) => ({ ...state, positions: said }),
  },
};

export const heard = (state, namespace, event, said) => HEARD[namespace]?.[event]?.(state, said) ?? state;

// -- what the views ask -------------------------------------------------------------------------------------

const by = (key) => (one, other) => {
  const [a, b] = [key(one), key(other)];
  return a < b ? -1 : a > b ? 1 : 0;
};

export const announcements = (state) =>
  Object.values(state.announcements)
    .sort(by((one) => one.time))
    .reverse();

export const events = (state) => Object.values(state.events).sort(by((one) => `${one.start_time} ${one.id}`));

export const maps = (state) =>
  Object.values(state.places)
    .filter((place) => place.is_primary)
    .sort(by((one) => one.rank));

// Where an event takes place, under its newest name.
export const placeOf = (state, event) => state.places[event.location.id] ?? event.location;

// Who waits, longest first. A ticket keeps its place by its age, also when it comes back, so the order is
// known even before `positions` says it; of those of one moment the hub knows the order.
export const queue = (state) => {
  const place = (ticket) => String(state.positions[ticket.id] ?? ticket.position ?? 0).padStart(9, "0");
  return Object.values(state.tickets)
    .filter(waits)
    .sort(by((ticket) => `${ticket.time_created} ${place(ticket)}`));
};

const BUCKETS = [
  ["closed", (ticket) => ticket.time_complete !== null],
  ["in_progress", (ticket) => ticket.claimed],
  ["expired", (ticket) => ticket.expired],
  ["open", () => true],
];

// One's own tickets in the contract's four buckets, each newest first.
export const mine = (state) => {
  const found = { open: [], in_progress: [], expired: [], closed: [] };
  const own = Object.values(state.tickets).filter((ticket) => ticket.is_mine);
  for (const ticket of own.sort(by((one) => one.time_created)).reverse()) {
    found[BUCKETS.find(([, holds]) => holds(ticket))[0]].push(ticket);
  }
  return found;
};

export const atWorkOn = (state) =>
  Object.values(state.tickets)
    .filter(isAtWork)
    .sort(by((one) => one.time_created));
