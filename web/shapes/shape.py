"""What all shapes share."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """A JSON object. Clients must put up with keys that are not listed: keys are added, never changed silently."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class Refusal(Shape):
    """Why there is no answer."""

    error: str
    """The kind of refusal, for programs."""
    detail: str
    """A sentence for people: which value, what is allowed, what to do."""
