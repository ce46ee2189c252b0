"""The log: structlog to stderr, for a person or as JSON lines."""

import logging
import sys
from enum import StrEnum

import structlog


class LogLevel(StrEnum):
    """What is worth a line."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def log_to_stderr(level: LogLevel, *, as_json: bool) -> None:
    """Send every log line from `level` on to stderr, colored on a terminal."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *(
                (structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer())
                if as_json
                else (structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),)
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
