"""The shop's own systems are told of events: rows written with the event, sent by the worker, signed."""
