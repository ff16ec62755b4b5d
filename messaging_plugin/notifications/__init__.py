"""Everyone is told: rows written with the message, delivered by the worker."""
