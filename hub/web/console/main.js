// The console: learns who is signed in, and shows the section that the address names.
//
// A section is what somebody can open, and a module exports each of its own as
//
//     export const section = { name, title, path, page, needs };
//
//   name   its own word, such as "places"; the navigation groups them (sections.js)
//   title  what the navigation, the heading and the browser's tab say
//   path   "/console/places"; a part that begins with ":" takes whatever stands there, as in
//          "/console/people/:username/story", and such a section is not in the navigation
//   page   the component that is shown: made new whenever the path changes, with `{params, query, session, section}`
//          (params: the parts by their names, decoded; query: URLSearchParams; session: what GET session answered).
//          Most extend `Reading` (reading.js), which reads an address, reads it again on its own, and shows what is
//          wrong in words; the shell shows the heading (h1)
//   needs  a function of the session: whether to offer it, such as `(session) => may(session, "location", "read")`.
//          The server decides anyway
//
// A module with more than one section exports `sections`, an array of them. Links are plain
// `<a href="/console/...">`: the router takes the clicks, and `inQuery({page: 2})` (router.js) says in the address
// where in a list one is. Who answers a write in words says so with `told("...")` (toasts.js).

import { html, render } from "../shared/ui.js";
import { findThePlaceAgain } from "./api.js";
import { startRouter } from "./router.js";
import { Shell } from "./shell.js";

const place = document.getElementById("console");

findThePlaceAgain();
startRouter();
// What the server wrote there is for the time until now.
place.replaceChildren();
render(html`<${Shell} />`, place);
