"""Secrets among the settings: shown nowhere, and taken only from where nobody else can read them."""

import json
import os
from pathlib import Path

import pytest

import settings
from tests.refused import refusal

PLANTED = "tulip-and-anvil-1637"


pytestmark = pytest.mark.usefixtures("nowhere")


def test_no_secret_is_shown_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = [setting.name for setting in settings.every_setting() if setting.is_secret]
    assert set(secrets) >= {"venue.api_key", "venue.api_secret", "web.viewer_token", "journal.database"}
    for name in secrets:
        monkeypatch.setenv("CHARTWRIGHT_" + name.upper().replace(".", "__"), PLANTED)
    loaded = settings.load()
    assert loaded.venue.api_secret is not None
    assert loaded.venue.api_secret.get_secret_value() == PLANTED
    shown = [json.dumps(settings.public(loaded)), repr(loaded), str(loaded), loaded.model_dump_json()]
    assert [text for text in shown if PLANTED in text] == []


def test_a_refused_secret_is_not_quoted(tmp_path: Path) -> None:
    config = tmp_path / "chartwright.toml"
    config.write_text(f'[venue]\napi_key = ["{PLANTED}"]\n')
    config.chmod(0o600)
    text = refusal(config=config)
    assert "venue.api_key is a secret" in text
    assert PLANTED not in text


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps such rights elsewhere")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_file_that_holds_a_secret_and_is_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    config = tmp_path / "chart wright.toml"
    config.write_text(f'[trend]\nstop_atr = 2\n[venue]\napi_secret = "{PLANTED}"\n')
    config.chmod(mode)
    text = refusal(config=config)
    assert f"chmod 600 '{config}'" in text
    assert "venue.api_secret" in text
    assert PLANTED not in text
    config.chmod(0o600)
    found = settings.load(config=config).venue.api_secret
    assert found is not None
    assert found.get_secret_value() == PLANTED


@pytest.mark.parametrize(
    "name", [each.name for each in settings.every_setting() if each.is_secret and each.name != "venue.account"]
)
def test_a_secret_given_as_an_override_is_refused_and_told_where_it_belongs(name: str) -> None:
    text = refusal(overrides=["trend.stop_atr=2", f"{name}={PLANTED}"])
    assert text.startswith(f"{name} is a secret")
    assert f"CHARTWRIGHT_{name.upper().replace('.', '__')} in the environment or in .env" in text
    assert "0600" in text
    assert PLANTED not in text


def test_an_accounts_number_may_be_an_override() -> None:
    assert settings.load(overrides=["venue.account=4711"]).venue.account is not None


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps such rights elsewhere")
@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_an_env_file_that_holds_a_secret_and_is_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    variables = tmp_path / ".env"
    variables.write_text(f"CHARTWRIGHT_TREND__STOP_ATR=2\nCHARTWRIGHT_VENUE__API_SECRET={PLANTED}\n")
    variables.chmod(mode)
    text = refusal()
    assert "chmod 600 .env" in text
    assert "venue.api_secret" in text
    assert PLANTED not in text
    variables.chmod(0o600)
    assert settings.load().venue.api_secret is not None


def test_a_file_without_a_secret_may_be_read_by_all(tmp_path: Path) -> None:
    config = tmp_path / "chartwright.toml"
    config.write_text("[bybit]\nrecv_window_ms = 6000\n[trend]\nstop_atr = 2\n")
    config.chmod(0o644)
    assert settings.load(config=config).trend.stop_atr == 2
