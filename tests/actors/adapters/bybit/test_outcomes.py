"""Every return code, status and network failure has an outcome that somebody chose."""

import csv
from pathlib import Path
from ssl import SSLCertVerificationError

import pytest
import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError, SSLError

from actors.adapters.bybit.codes import MEANINGS, is_named
from actors.adapters.bybit.outcomes import Verdict, by_code, by_failure, by_status


def told(verdict: Verdict) -> str:
    return f"{verdict.outcome} {verdict.reason.name.removeprefix('VENUE_')}"


def test_every_code_that_bybit_documents_was_thought_about(shared_data: Path) -> None:
    path = shared_data / "api" / "bybit" / "error_codes.tsv"
    if not path.is_file():
        pytest.skip(f"Bybit's codes are absent: {path}")
    with path.open(encoding="utf-8") as lines:
        codes = {int(row["code"]) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}
    assert len(codes) > 600
    assert sorted(code for code in codes if not is_named(code)) == []


@pytest.mark.parametrize(
    ("codes", "wanted"),
    [
        ((0,), "accepted ACCEPTED"),
        ((10000, 10016, 10019, 170007, 170146), "unknown SERVER_ERROR"),
        ((429, 10429), "unknown RATE_LIMITED"),
        ((10001, 10404), "refused REQUEST_REFUSED"),
        ((10002,), "unreachable CLOCK_SKEW"),
        ((10003, 10004, 10005, 10007, 10010, 33004), "fatal KEY_REFUSED"),
        ((10006,), "unreachable RATE_LIMITED"),
        ((403, 10018), "unreachable BANNED"),
        ((10009, 10024), "fatal REGION_REFUSED"),
        ((10027, 10028), "fatal ACCOUNT_REFUSED"),
        ((10014, 110072, 170141), "unknown DUPLICATE_ID"),
        ((110001, 110008, 110010, 170213), "unknown OUTCOME_UNKNOWN"),
        ((110003,), "refused PRICE_OUT_OF_RANGE"),
        ((110004, 110006, 110007, 110012, 110044, 110045), "refused MARGIN_SHORT"),
        ((110009, 110020, 110094, 170140), "refused ORDER_REFUSED"),
        ((110017,), "refused POSITION_ABSENT"),
        ((110021, 110022, 110023, 110066, 110074), "refused REDUCE_ONLY"),
        ((110025, 110026, 110043, 34040), "done ALREADY_DONE"),
        ((110024, 110028), "refused ACCOUNT_REFUSED"),
        ((110059, 110060, 110061), "refused REQUEST_REFUSED"),
        ((110079,), "unreachable ORDER_BUSY"),
        ((110092, 110093), "refused STOP_BEYOND_PRICE"),
        ((131001, 700001, 999999, 110138), "unknown OUTCOME_UNKNOWN"),
    ],
)
def test_a_placing_ends_as_its_code_says(codes: tuple[int, ...], wanted: str) -> None:
    assert {code: told(by_code("place", code)) for code in codes} == dict.fromkeys(codes, wanted)


@pytest.mark.parametrize("code", [110001, 110008, 110010, 170213])
def test_a_cancel_of_an_order_that_is_gone_is_done(code: int) -> None:
    assert told(by_code("cancel", code)) == "done ALREADY_DONE"


@pytest.mark.parametrize("code", sorted(MEANINGS))
def test_a_question_never_leaves_anything_unknown(code: int) -> None:
    assert by_code("snapshot", code).outcome != "unknown"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("StopLoss:61000 set for Buy position should lower than base_price:60000??LastPrice", "STOP_BEYOND_PRICE"),
        ("can not set tp/sl/ts for zero position", "POSITION_ABSENT"),
        ("position idx not match position mode", "ACCOUNT_REFUSED"),
        ("Qty invalid", "REQUEST_REFUSED"),
    ],
)
def test_a_parameter_error_is_told_apart_by_its_words(text: str, wanted: str) -> None:
    assert told(by_code("set_stop", 10001, text)) == f"refused {wanted}"


@pytest.mark.parametrize(
    ("status", "text", "wanted"),
    [
        (400, "", "refused REQUEST_REFUSED"),
        (401, "", "fatal KEY_REFUSED"),
        (403, "Forbidden", "unreachable BANNED"),
        (403, "block access from your country", "fatal REGION_REFUSED"),
        (404, "", "refused REQUEST_REFUSED"),
        (429, "", "unknown RATE_LIMITED"),
        (500, "", "unknown SERVER_ERROR"),
        (504, "", "unknown SERVER_ERROR"),
        (302, "", "unknown OUTCOME_UNKNOWN"),
    ],
)
def test_an_order_ends_as_the_status_of_http_says(status: int, text: str, wanted: str) -> None:
    assert told(by_status("place", status, text)) == wanted


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (requests.ConnectTimeout(), "unreachable UNREACHABLE"),
        (requests.exceptions.ProxyError(), "unreachable UNREACHABLE"),
        (
            requests.ConnectionError(MaxRetryError(None, "", NewConnectionError(None, "refused"))),  # type: ignore[arg-type]
            "unreachable UNREACHABLE",
        ),
        (requests.ConnectionError("reset by peer"), "unknown OUTCOME_UNKNOWN"),
        (requests.ReadTimeout(), "unknown OUTCOME_UNKNOWN"),
        (requests.exceptions.SSLError(), "unknown OUTCOME_UNKNOWN"),
        (requests.exceptions.ChunkedEncodingError(), "unknown OUTCOME_UNKNOWN"),
        (requests.exceptions.InvalidURL(), "unreachable UNREACHABLE"),
        (
            requests.exceptions.SSLError(MaxRetryError(None, "", SSLError(SSLCertVerificationError()))),  # type: ignore[arg-type]
            "unreachable UNREACHABLE",
        ),
        (ValueError("no JSON"), "unknown ANSWER_UNREADABLE"),
    ],
)
def test_an_order_is_unknown_unless_it_certainly_never_left(error: Exception, wanted: str) -> None:
    assert told(by_failure("place", error)) == wanted
    assert by_failure("read", error).outcome == "unreachable"
