"""The page, its JSON and its event stream: reads the journal and published views, commands nothing."""
