"""The plugin's part of the schema."""

from messaging_plugin.graphql import bulk, extensions, mutations, notifications, queries, subscriptions

__all__ = ["bulk", "extensions", "mutations", "notifications", "queries", "subscriptions"]
