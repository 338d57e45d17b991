// A file on its way to the hub. XMLHttpRequest, because fetch does not tell how much has been sent.

import { apiAddress, CallFailed, signInAgain } from "./api.js";

const PATIENCE_MS = 120_000;
const NO_ANSWER = "The picture did not arrive. Check the connection and try again.";

// `moved(part)` hears how much is there, from 0 to 1. Putting the same picture twice does no more than once.
export const sent = (path, file, { moved, signal }) =>
  new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open("PUT", apiAddress(path));
    call.timeout = PATIENCE_MS;
    call.responseType = "json";
    call.setRequestHeader("Content-Type", file.type);
    call.upload.onprogress = ({ loaded, total }) => moved(loaded / total);
    call.onload = () => (call.status < 300 ? resolve(call.response) : reject(refusal(call)));
    call.onerror = call.ontimeout = () => reject(new CallFailed(NO_ANSWER));
    call.onabort = () => reject(new CallFailed("The upload was given up."));
    signal.addEventListener("abort", () => call.abort());
    call.send(file);
  });

const refusal = ({ status, response }) => {
  if (status === 401) signInAgain();
  const { message = `The hub said no (${status}).`, code } = response?.error ?? {};
  return new CallFailed(message, { status, code });
};
