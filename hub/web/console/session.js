// Who is signed in, and what they may do as far as the navigation is concerned; the server decides anyway.

// Whether this privilege is theirs: superusers have all, and so have staff to whom nobody gave them one by
// one.
export const may = (session, subject, verb) =>
  session.is_superuser || !session.privileges || (session.privileges[subject] ?? []).includes(verb);

// Lists of jobs name those whom the jobs are for.
export const mayReadJobs = (session) => may(session, "user", "read");

// Some sections are for those with a role; a superuser counts as having it.
export const hasRole = (session, role) => session.is_superuser || (session.roles ?? []).includes(role);

export const isSuperuser = (session) => session.is_superuser;

export const everybody = () => true;
