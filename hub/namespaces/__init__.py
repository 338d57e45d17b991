"""The Socket.IO namespaces, one file each: who may connect, and to which stream they listen."""
