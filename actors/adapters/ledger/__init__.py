"""The journal's storage: SQLite in the state directory, or PostgreSQL by its URL.

One writer (`writer.Ledger`) appends commits; any number of readers (`reader.LedgerReader`) follow it.
"""
