"""The declarative configuration: what is recorded of steps and datasources, and the YAML it is written to."""
