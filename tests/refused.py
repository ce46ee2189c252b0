"""What the settings say where they refuse."""

import pytest

import settings
from core.errors import ConfigurationError


def refusal(**sources: object) -> str:
    """The one line that loading from these sources ends with."""
    with pytest.raises(ConfigurationError) as caught:
        settings.load(**sources)  # type: ignore[arg-type]  # the sources under test are sometimes wrong
    text = str(caught.value)
    assert "\n" not in text
    return text
