// What was typed and not sent yet, kept in this tab: a form that is left, or signed out of, has it when it is
// back.

const PREFIX = "draft:";

export const draftOf = (name) => {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
};

export const keepDraft = (name, draft) => {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(draft));
  } catch {
    // A full or forbidden storage only means that leaving the page forgets.
  }
};

export const dropDraft = (name) => sessionStorage.removeItem(PREFIX + name);

// Who signs out leaves nothing for the next person at this machine.
export const dropEveryDraft = () => {
  for (const name of Object.keys(sessionStorage))
    if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
};
