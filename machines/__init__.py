"""The statecharts, one per file, and what is done with charts: record, restore, draw."""
