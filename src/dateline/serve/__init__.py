"""The web application: the record as JSON and as pages, served from one process."""
