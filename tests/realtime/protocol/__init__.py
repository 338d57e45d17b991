"""Engine.IO v4, Socket.IO v5 and RFC 6455 as the hub speaks them, tried from outside on `hub conformance`.

HUB_PROTOCOL_ADDRESS (pings every 20 s, 10 s to answer) and HUB_PROTOCOL_BRISK_ADDRESS (300 ms, 200 ms) point the same
tests at another server with the same echo namespaces, such as Node's. What the hub does beyond that is then left out.
"""
