"""Stand-ins for providers. Those of pushes and text messages speak over HTTP/2 and TLS, on a port of the loopback.

`with ApnsStandIn(certificate) as apple:` listens until the block ends, in a thread of its own. `apple.settings` are the
settings of a hub that speaks to it; `apple.environment` is the same for a hub in processes of its own. What it accepted
is in `apple.pushes`; what it is to do wrong next is put into `apple.script`.
"""
