"""Every fault, divided by what the catcher does next.

ChartwrightError
├── VenueError
│   ├── VenueUnreachable      nothing was sent: retry with backoff
│   ├── VenueRefused          it said no: no retry
│   └── OutcomeUnknown        it may have happened: reconcile before anything else
├── FeedError
│   ├── FeedGap               resubscribe and refill
│   └── FeedMalformed         the data is unusable: say which file, row and value
├── LedgerError               the journal cannot be written or read: stop entries, keep everything
├── ConfigurationError        say which setting, its value, what is allowed; exit 2
└── InvariantBroken           a bug: stop entries, keep the evidence

A refusal is a value, a fault is an exception.
"""


class ChartwrightError(Exception):
    """The root: anything Chartwright itself raises."""


class VenueError(ChartwrightError):
    """A trading venue failed us."""


class VenueUnreachable(VenueError):
    """Nothing was sent."""


class VenueRefused(VenueError):
    """The venue said no."""


class OutcomeUnknown(VenueError):
    """The request may have been carried out."""


class FeedError(ChartwrightError):
    """A data source failed us."""


class FeedGap(FeedError):
    """Data is missing in the middle."""


class FeedMalformed(FeedError):
    """Data that cannot be believed; the text names file, row and value."""


class LedgerError(ChartwrightError):
    """The journal cannot be written or read."""


class ConfigurationError(ChartwrightError):
    """A user's setting or argument; the text is one line saying which, its value and what is allowed."""


class InvariantBroken(ChartwrightError):
    """A bug in Chartwright: stop entries and keep the evidence."""
