"""The Jupyter server extension: records and view documents over HTTP.

Stores are read in processes of their own (``worker``), because ML Metadata keeps Python's interpreter lock while it
waits for a database: in a thread of the server it would stop every kernel and every page.
"""
