"""The engine under Socket.IO: the protocol server, connections, streams and the bus between nodes."""
