// Web Push in this browser: whether it can be had, and turning it on and off.
import { vivere } from "./rest.js";

const NO_SUPPORT = "This browser cannot be notified. On an iPhone, first put this page on the home screen.";
const NO_KEY = "The hub has no key for notifications. An organiser can set HUB_VAPID_PRIVATE_KEY.";
const NO_PERMISSION =
  "Notifications are blocked for this page. Allow them in the browser's settings for this site.";
const NO_ANSWER = "Nothing is sent until you allow notifications when the browser asks.";
const NO_WORKER = "The part of the page that takes notifications has not started. Load the page again.";
const PATIENCE_MS = 10_000;

// Where a page is not served by https, and in some private windows, these are missing.
const isSupported = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const isFor = (subscription, key) => {
  const given = new Uint8Array(subscription.options.applicationServerKey ?? []);
  return given.length === key.length && given.every((byte, at) => byte === key[at]);
};

const publicKey = async () => (await vivere("GET", "user/push")).public_key;
const manager = async () => {
  const late = new Promise((_, refuse) => setTimeout(() => refuse(new Error(NO_WORKER)), PATIENCE_MS));
  return (await Promise.race([navigator.serviceWorker.ready, late])).pushManager;
};
const current = async () => (await manager()).getSubscription();

const never = (why) => ({ isOn: false, isImpossible: true, why });

// `{isOn, isImpossible, why}`: `why` says why it cannot be had, or why not yet.
export const pushState = async () => {
  if (!isSupported()) return never(NO_SUPPORT);
  if ((await publicKey()) === null) return never(NO_KEY);
  if (Notification.permission === "denied") return never(NO_PERMISSION);
  return { isOn: (await current()) !== null, isImpossible: false, why: null };
};

export const turnOn = async (token) => {
  const answer = await Notification.requestPermission();
  if (answer === "denied") return never(NO_PERMISSION);
  if (answer !== "granted") return { isOn: false, isImpossible: false, why: NO_ANSWER };
  const { endpoint, keys } = (await subscribed(bytes(await publicKey()))).toJSON();
  await vivere("PUT", "user/push", { token, body: { endpoint, keys } });
  return { isOn: true, isImpossible: false, why: null };
};

const subscribed = async (key) => {
  const pushManager = await manager();
  const before = await pushManager.getSubscription();
  if (before && isFor(before, key)) return before;
  // The hub has another key since: what is pushed with it would not arrive.
  await before?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
};

export const turnOff = async (token) => {
  const subscription = await current();
  if (subscription) {
    await vivere("DELETE", "user/push", { token, body: { endpoint: subscription.endpoint } });
    await subscription.unsubscribe();
  }
  return { isOn: false, isImpossible: false, why: null };
};

// Who signs out is pushed to no more; the hub forgets it with the token.
export const forgetPush = async () => {
  if (!isSupported()) return;
  const registration = await navigator.serviceWorker.getRegistration("/");
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
};
