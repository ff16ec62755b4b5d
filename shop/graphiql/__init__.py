"""GraphiQL, served by the shop itself; ``bundle/`` holds what its static files are built from."""
