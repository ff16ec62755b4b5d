"""The shop over GraphQL."""
