"""An embedded Discord: enough of its public HTTP API and gateway for a real bot to live in, on loopback.

It knows nobody of ours. Whatever it is told it checks as Discord would, and it refuses with Discord's codes.
"""
