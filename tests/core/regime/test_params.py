"""The parameters say what they are and refuse what they cannot be."""

import pytest
from pydantic import TypeAdapter, ValidationError

from core.flow.bias import FlowParams
from core.news.params import NewsParams
from core.regime.params import RegimeParams


@pytest.mark.parametrize("section", [RegimeParams, NewsParams, FlowParams])
def test_every_parameter_has_a_description_and_a_default_within_its_bounds(section: type) -> None:
    adapter: TypeAdapter[object] = TypeAdapter(section)
    properties = adapter.json_schema()["properties"]
    assert properties
    for name, described in properties.items():
        assert described.get("description"), name
        adapter.validate_python({name: described["default"]})


@pytest.mark.parametrize(
    ("section", "name", "allowed", "refused"),
    [
        (RegimeParams, "threshold", 0.5, 0.49),
        (RegimeParams, "threshold", 1.0, 1.01),
        (RegimeParams, "dwell_ms", 0, -1),
        (RegimeParams, "decoupled_minimum", 0.05, 0.04),
        (RegimeParams, "chop_policy", "stand_down", "hope"),
        (RegimeParams, "pinned", "RISK_ON", "BULL"),
        (NewsParams, "low_window_ms", 60_000, 59_999),
        (FlowParams, "divergence_minimum", 1.0, 1.1),
    ],
)
def test_a_value_on_the_bound_is_allowed_and_one_beyond_is_refused(
    section: type, name: str, allowed: object, refused: object
) -> None:
    adapter: TypeAdapter[object] = TypeAdapter(section)
    assert getattr(adapter.validate_python({name: allowed}), name) == allowed
    with pytest.raises(ValidationError, match=name):
        adapter.validate_python({name: refused})
