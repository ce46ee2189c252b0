"""What is asked of a source, with its secrets kept apart so that nothing shows them by accident."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

_HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Request:
    """One GET."""

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_params: Mapping[str, SecretStr] = field(default_factory=dict)
    """For sources that take their key in the query alone."""
    secret_headers: Mapping[str, SecretStr] = field(default_factory=dict)

    @property
    def has_secret(self) -> bool:
        """Whether it carries a key, which must not be sent on to wherever an answer points."""
        return bool(self.secret_params or self.secret_headers)

    @property
    def key(self) -> str:
        """What makes it this request and no other; holds no secret."""
        return f"{self.url}?{sorted(self.params.items())}"

    def redacted(self, text: str) -> str:
        """A text with this request's secrets taken out: sources quote the key in their complaints."""
        for secret in (*self.secret_params.values(), *self.secret_headers.values()):
            word = secret.get_secret_value().rsplit(" ", 1)[-1]  # without the scheme of an Authorization header
            text = text.replace(word, _HIDDEN) if word else text
        return text


@dataclass(frozen=True, slots=True)
class FileRequest:
    """A file that may have changed since it was last read."""

    path: Path

    @property
    def key(self) -> str:
        """What makes it this file and no other."""
        return str(self.path)
