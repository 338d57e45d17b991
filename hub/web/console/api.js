// Calls to /console/api: what is signed out leads to the sign-in page, and every no says the field it is
// about.

import { call, CallFailed, newKey } from "../shared/calls.js";

export { CallFailed, newKey };

const API = "/console/api/";

export const apiAddress = (path) => API + path;

export const read = (path, { signal } = {}) => asked("GET", path, { signal });

// `key` is the caller's name for this write: sent again with it, it still happens once.
export const write = (method, path, body, key = newKey()) => asked(method, path, { body, key });

const BACK = "console:back";

// Leave for the sign-in page, which comes back to the path we are at; where in a list we were is kept in this
// tab.
export const signInAgain = () => {
  sessionStorage.setItem(BACK, location.pathname + location.search);
  location.assign(`/console/sign-in?next=${part(location.pathname)}`);
};

// Back from there: what followed the path then follows it again.
export const findThePlaceAgain = () => {
  const back = sessionStorage.getItem(BACK);
  sessionStorage.removeItem(BACK);
  if (back?.startsWith(`${location.pathname}?`) && !location.search) history.replaceState(null, "", back);
};

export const asked = async (method, path, options) => {
  try {
    return await call(method, apiAddress(path), options);
  } catch (wrong) {
    if (wrong.status === 401) signInAgain();
    throw wrong instanceof CallFailed ? about(wrong) : wrong;
  }
};

// "message: is missing" and "message is missing" are about the field `message`, where the hub does not say it
// by itself.
const about = (wrong) => {
  wrong.field ||= /^"?([a-z_]+)"?[: ]/.exec(wrong.message)?.[1] ?? "";
  return wrong;
};

// For an address: names and ids are whatever people made them.
export const part = encodeURIComponent;

// "?a=1&b=2" of what is there, or nothing.
export const queryOf = (wanted) => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted)) if (value) query.set(name, value);
  const said = query.toString();
  return said ? `?${said}` : "";
};
