"""Python side of the views: the hosts, and the static renderers for HTML and plain text."""
