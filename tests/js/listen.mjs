// The official Socket.IO client, driven by a test: one JSON line out for all it hears, one JSON line in for each command.
//   node listen.mjs URL NAMESPACE OPTIONS
// Out: connect, disconnect, connect_error, event, ack. In: cut, disconnect, connect, emit, exit. Ends with its input.
import { createInterface } from "node:readline";
import { io } from "../../hub/web/vendor/socket.io.esm.min.js";

const [url, namespace, options] = process.argv.slice(2);
const socket = io(url + namespace, { transports: ["websocket"], forceNew: true, ...JSON.parse(options ?? "{}") });

const say = (on, rest) => process.stdout.write(JSON.stringify({ on, ...rest }) + "\n");

socket.on("connect", () => say("connect", { recovered: !!socket.recovered, sid: socket.id }));
socket.on("disconnect", (reason) => say("disconnect", { reason }));
socket.on("connect_error", (error) => say("connect_error", { message: error.message, data: error.data ?? null }));
socket.onAny((name, ...args) => say("event", { name, args }));

const commands = {
  // As when the network goes away: the client did not want it, so it comes back by itself.
  cut: () => socket.io.engine.close(),
  disconnect: () => socket.disconnect(),
  connect: () => socket.connect(),
  emit: ({ name, args = [], ack = false }) => {
    if (ack) socket.emit(name, ...args, (...answer) => say("ack", { name, args: answer }));
    else socket.emit(name, ...args);
  },
  exit: () => process.exit(0),
};

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line);
    commands[command.do](command);
  })
  .on("close", commands.exit);
