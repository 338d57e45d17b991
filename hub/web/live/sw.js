// The service worker: opens the live page offline as it was last seen, and shows pushes. It knows the page's
// own files and `/`, and lets everything else pass: no call of a contract and no other page ever goes through
// here. RELEASE and SHELL, the addresses of the page's files, are written before this by the hub.

const PREFIX = "hub-live-";
const CACHE = PREFIX + RELEASE;
const PAGE = "/";
const PATIENCE_MS = 5000;
const TAG = "hub";

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(takeOver()));
addEventListener("fetch", (event) => answer(event));
addEventListener("push", (event) => event.waitUntil(show(said(event.data))));
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open());
});

const install = async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL);
  await remember(await fetch(PAGE, { cache: "reload" }));
  await skipWaiting();
};

const takeOver = async () => {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
  await clients.claim();
};

const answer = (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(event));
  else if (SHELL.includes(url.pathname)) event.respondWith(file(request));
};

// As it is now; where the hub does not answer in time, or cannot, as it was last.
const page = async (event) => {
  try {
    const reply = await fetch(event.request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (reply.status >= 500) return (await remembered()) ?? reply;
    event.waitUntil(remember(reply.clone()));
    return reply;
  } catch {
    return (await remembered()) ?? Response.error();
  }
};

const remembered = () => caches.match(PAGE, { cacheName: CACHE });

// A page of another release would ask for files that are not kept here.
const remember = async (reply) => {
  const text = await reply.clone().text();
  if (reply.ok && text.includes(`/web/${RELEASE}/`)) await (await caches.open(CACHE)).put(PAGE, reply);
};

const file = async (request) =>
  (await caches.match(request, { cacheName: CACHE, ignoreVary: true })) ?? fetch(request);

const said = (data) => {
  try {
    return data.json();
  } catch {
    return {};
  }
};

// One notice at a time, as the hub sends them; one without words says that there is nothing to read any more.
const show = async ({ message }) => {
  if (message)
    return registration.showNotification("Live", { body: message, tag: TAG, renotify: true, icon: icon() });
  (await registration.getNotifications({ tag: TAG })).forEach((notification) => notification.close());
};

const icon = () => SHELL.find((address) => address.endsWith("/icon-192.png"));

const open = async () => {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const live = pages.find((page) => new URL(page.url).pathname === PAGE);
  return live ? live.focus() : clients.openWindow(PAGE);
};
