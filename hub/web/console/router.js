// Real paths without loading the page anew: which section an address names, and links that stay in the page.

const OURS = "/console";
// Pages that the server makes, which are none of the sections.
const THE_SERVERS = /^\/console\/(api|sign-in|sign-out|link)(\/|$)/;

const listeners = new Set();

export const here = () => ({ path: trimmed(location.pathname), query: new URLSearchParams(location.search) });

export const heedAddress = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

// Go to a path of the console, as a link does.
export const go = (address) => {
  history.pushState(null, "", address);
  tell({ isNew: true });
};

// Say in the address where in a list one is, without a step in the history; empty values leave it.
export const inQuery = (changes) => {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") query.delete(name);
    else query.set(name, value);
  }
  const said = query.toString();
  history.replaceState(null, "", location.pathname + (said ? `?${said}` : ""));
  tell({ isNew: false });
};

// The parts of a path that a pattern names, or null where the pattern is for another.
export const match = (pattern, path) => {
  const wanted = pattern.split("/");
  const found = path.split("/");
  if (wanted.length !== found.length) return null;
  const params = {};
  for (const [at, part] of wanted.entries()) {
    if (part.startsWith(":")) params[part.slice(1)] = decoded(found[at]);
    else if (part !== found[at]) return null;
  }
  return params;
};

export const startRouter = () => {
  document.addEventListener("click", (event) => {
    const address = addressOf(event);
    if (address === null) return;
    event.preventDefault();
    go(address);
  });
  addEventListener("popstate", () => tell({ isNew: false }));
};

const tell = (how) => listeners.forEach((listener) => listener(how));

// The address of a plain click on one of our links; null for any other click, which is the browser's.
const addressOf = (event) => {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target.closest?.("a[href]");
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return null;
  const isOurs = link.pathname === OURS || link.pathname.startsWith(`${OURS}/`);
  return isOurs && !THE_SERVERS.test(link.pathname) && !link.hash ? link.pathname + link.search : null;
};

const trimmed = (path) => path.replace(/\/+$/, "") || "/";

// A stray percent sign is no reason to show nothing.
const decoded = (part) => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};
