"""Pure functions from records and artifacts to versioned JSON documents, one per view."""
