"""How events reach those who listen.

A subscription that returns a ``Feed`` is not run by itself. All who listen alike share one *pump*, which looks after each
hint, executes each distinct document once and hands the encoded answer to every one of them. A client that comes back
with a cursor *catches up* by itself before it joins. Whose credential is void, or whose plugin is switched off, is ended
by one *watch* for all. See docs/adr/fan-out.md.
"""
