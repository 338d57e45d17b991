// Vivere's calls as the page makes them: what there is to read, and one's own tickets.
import { call } from "../shared/calls.js";
import { byId } from "./store.js";

export const vivere = async (method, path, { token, ...more } = {}) => {
  const headers = token ? { "X-MenloHacks-Authorization": token } : {};
  return (await call(method, `/vivere/${path}`, { ...more, headers })).data;
};

const get = (path, token) => vivere("GET", path, { token });

// What a namespace's events are about, as of now.
const STATE_OF = {
  "/announcements": async () => ({ announcements: byId(await get("announcements")) }),
  "/schedule": async () => {
    const [events, maps, times] = await Promise.all([get("events"), get("maps"), get("times")]);
    const places = byId([...events.map((event) => event.location), ...maps]);
    return { events: byId(events), places, times };
  },
  "/mentor": async (token) => {
    const own = token ? [get("mentorship/user/queue", token), get("mentorship/user/claimed", token)] : [];
    const [queue, mine, claimed] = await Promise.all([get("mentorship/queue", token), ...own]);
    const buckets = mine ? Object.values(mine.tickets).flat() : [];
    return { tickets: byId([...queue, ...buckets, ...(claimed ?? [])]), positions: {} };
  },
};

export const stateOf = (namespace, token) => STATE_OF[namespace](token);

// Raises with status 401 where the token is good no more.
export const prove = (token) => get("mentorship/user/claimed", token);

// How the hub says that a token is good no more; where a ticket is made the contract has 400 for it.
export const isSignedOut = (no) => no.status === 401 || (no.status === 400 && /^token /.test(no.message));
