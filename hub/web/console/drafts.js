// What was typed and not sent yet, kept in this tab for who typed it: a form that is left, or whose session
// ended, has it when they are back.

const PREFIX = "draft:";

let writer = null;

const kept = () => Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));

const parsed = (name) => {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
};

// Says who is signed in: what anybody else had typed here is forgotten.
export const writtenBy = (username) => {
  if (username === writer) return;
  writer = username;
  for (const name of kept()) if (parsed(name)?.by !== writer) sessionStorage.removeItem(name);
};

export const draftOf = (name) => parsed(PREFIX + name);

export const keepDraft = (name, draft) => {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify({ ...draft, by: writer }));
  } catch {
    // A full or forbidden storage only means that leaving the page forgets.
  }
};

export const dropDraft = (name) => sessionStorage.removeItem(PREFIX + name);

// Who signs out leaves nothing for the next person at this machine.
export const dropEveryDraft = () => kept().forEach((name) => sessionStorage.removeItem(name));
