"""Every change of the journal's tables, oldest first; run by `migrate.migrate` at open, never by hand."""
