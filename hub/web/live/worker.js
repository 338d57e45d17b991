// The service worker, which opens the page offline and takes pushes; and the offer to install the page as an
// app.

const ADDRESS = "/sw.js";

// Nothing else may ever be run from an address that a script has put together.
const policy = globalThis.trustedTypes?.createPolicy("hub-live", {
  createScriptURL: (address) => {
    if (address !== ADDRESS) throw new TypeError("The live page runs no other worker.");
    return address;
  },
});

// Told `renewed` when another release has taken over. Without https there are no workers, and none is missed.
export const register = async (renewed) => {
  if (!navigator.serviceWorker) return null;
  // The first one takes over a page that has none yet, which is of its own release.
  let isFirst = navigator.serviceWorker.controller === null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (!isFirst) renewed();
    isFirst = false;
  });
  const address = policy ? policy.createScriptURL(ADDRESS) : ADDRESS;
  return navigator.serviceWorker.register(address, { scope: "/", updateViaCache: "none" }).catch(() => null);
};

// `offer(install)` is told once the browser lets the page be installed, and null once it was.
export const onInstallable = (offer) => {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer(() => {
      offer(null);
      event.prompt();
    });
  });
  addEventListener("appinstalled", () => offer(null));
};
