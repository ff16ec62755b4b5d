"""A plugin that uses everything a plugin can use: gift notes on orders. docs/writing-a-plugin.md walks through it."""
