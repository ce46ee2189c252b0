"""The log: structlog to stderr, for a person or as JSON lines.

Tracebacks come without the values of local variables, which structlog would add: those of a request that failed hold
its key and its signature.
"""

import logging
import sys
from enum import StrEnum
from typing import Final

import structlog

_AS_DICT: Final = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


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
                (structlog.processors.ExceptionRenderer(_AS_DICT), structlog.processors.JSONRenderer())
                if as_json
                else (
                    structlog.dev.ConsoleRenderer(
                        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
                    ),
                )
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
