// The Node peer: socket.io 4 as it is shipped, doing what the hub does for the load generator.
//
//     node node.js PORT PING_SECONDS SECRET
//
// Everybody joins one room at `/` with a signed token; `pub` is told to the room as `msg`, `echo` is acknowledged.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { Server } from "socket.io";

const [port, pingSeconds, secret] = process.argv.slice(2);
const ROOM = "everybody";
const http = createServer();
const io = new Server(http, { pingInterval: pingSeconds * 1000, pingTimeout: 10_000 });

function isGenuine(token) {
  const end = token.lastIndexOf(".");
  const expected = createHmac("sha256", secret).update(token.slice(0, end)).digest();
  const given = Buffer.from(token.slice(end + 1), "base64url");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

io.use((socket, next) => {
  next(isGenuine(String(socket.handshake.auth.token)) ? undefined : new Error("not signed in"));
});

io.on("connection", (socket) => {
  socket.join(ROOM);
  socket.on("pub", (message) => io.to(ROOM).emit("msg", message));
  socket.on("echo", (message, answer) => answer(message));
});

http.listen(Number(port), "127.0.0.1");
