// What this browser remembers between visits: who is signed in, what was seen, and the last that the page
// knew. And what one tab alone remembers while it is loaded again.

const PREFIX = "hub.live.";

// A browser may have no room, or forbid it: then the page simply remembers nothing.
const recallFrom = (store) => (name) => {
  try {
    return JSON.parse(globalThis[store].getItem(PREFIX + name));
  } catch {
    return null;
  }
};

const keepIn = (store) => (name, value) => {
  try {
    if (value === null) globalThis[store].removeItem(PREFIX + name);
    else globalThis[store].setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // As above.
  }
};

export const recall = recallFrom("localStorage");
export const keep = keepIn("localStorage");
export const recallInTab = recallFrom("sessionStorage");
export const keepInTab = keepIn("sessionStorage");

// Told when another tab of this browser has kept something else.
export const onKept = (name, told) =>
  addEventListener("storage", (event) => event.key === PREFIX + name && told(recall(name)));
