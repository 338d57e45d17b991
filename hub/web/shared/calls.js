// Calling the hub: JSON there and back, a limit in time, and every failure as one kind of error with words for people.

const PATIENCE_MS = 20_000;

export class CallFailed extends Error {
  // `status` is 0 where no answer came: then nobody knows whether the call took effect, and it may be sent again
  // under the same key. `code` and `field` are the hub's, where it said some.
  constructor(message, { status = 0, code = "", field = "", retryAfter = null, body = null } = {}) {
    super(message);
    Object.assign(this, { status, code, field, retryAfter, body });
  }

  get mayBeSentAgain() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

// A name for one intended change: sent along with each try, it has one effect.
export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// The parsed answer, or CallFailed. `body` is JSON, or a File or FormData that goes as it is.
export const call = async (method, path, { body, headers = {}, key, signal } = {}) => {
  const isRaw = body instanceof Blob || body instanceof FormData;
  const given = {
    ...headers,
    ...(body !== undefined && !isRaw ? { "Content-Type": "application/json" } : {}),
    ...(key ? { "Idempotency-Key": key } : {}),
  };
  const limit = limited(isRaw ? 6 * PATIENCE_MS : PATIENCE_MS, signal);
  const sent = body === undefined || isRaw ? body : JSON.stringify(body);
  let reply;
  let text;
  try {
    reply = await fetch(path, {
      method,
      headers: given,
      body: sent,
      credentials: "same-origin",
      signal: limit.signal,
    });
    text = await reply.text();
  } catch (wrong) {
    if (signal?.aborted) throw wrong;
    throw new CallFailed("The hub did not answer. Check the connection and try again.");
  } finally {
    limit.end();
  }
  const answer = parsed(text);
  if (!reply.ok) throw refusal(reply, answer);
  return answer;
};

// Gives up after a while, or with whoever asked. By hand, because browsers of 2022 cannot join signals.
const limited = (milliseconds, asked) => {
  const controller = new AbortController();
  const give = () => controller.abort();
  const timer = setTimeout(give, milliseconds);
  asked?.addEventListener("abort", give);
  if (asked?.aborted) give();
  const end = () => {
    clearTimeout(timer);
    asked?.removeEventListener("abort", give);
  };
  return { signal: controller.signal, end };
};

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const refusal = (reply, answer) => {
  const said = answer?.error ?? {};
  const message = said.message ?? `The hub said no (${reply.status}).`;
  const retryAfter = Number(reply.headers.get("Retry-After")) || null;
  return new CallFailed(message, { status: reply.status, code: said.code, field: said.field, retryAfter, body: answer });
};
