import anyio
import pytest
from anyio.lowlevel import checkpoint

from actors.kernel.mailbox import Mailbox, MailboxClosed

pytestmark = pytest.mark.anyio


async def settled() -> None:
    """Let every other task run as far as it can."""
    for _ in range(10):
        await checkpoint()


async def taken(mailbox: Mailbox[str], count: int) -> list[str]:
    return [await mailbox.take() for _ in range(count)]


async def test_a_full_box_makes_its_sender_wait_and_drops_nothing() -> None:
    mailbox: Mailbox[str] = Mailbox(2)
    posted: list[str] = []

    async def post_all() -> None:
        for text in "abcd":
            await mailbox.post(text)
            posted.append(text)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(post_all)
        await settled()
        assert posted == ["a", "b"]
        assert len(mailbox) == 2
        assert await mailbox.take() == "a"
        await settled()
        assert posted == ["a", "b", "c"]
        assert await taken(mailbox, 3) == ["b", "c", "d"]
    mailbox.close()


async def test_an_unread_message_of_a_conflating_kind_is_replaced_where_it_stands() -> None:
    mailbox: Mailbox[str] = Mailbox(8)
    await mailbox.post("bar 1")
    await mailbox.post("quote 1", conflate="quote")
    await mailbox.post("bar 2")
    await mailbox.post("book 1", conflate="book")
    await mailbox.post("quote 2", conflate="quote")
    await mailbox.post("quote 3", conflate="quote")
    assert len(mailbox) == 4
    assert mailbox.conflated == 2
    assert await taken(mailbox, 4) == ["bar 1", "quote 3", "bar 2", "book 1"]
    mailbox.close()


async def test_a_conflating_message_after_a_read_one_takes_a_new_place() -> None:
    mailbox: Mailbox[str] = Mailbox(8)
    await mailbox.post("quote 1", conflate="quote")
    assert await mailbox.take() == "quote 1"
    await mailbox.post("bar")
    await mailbox.post("quote 2", conflate="quote")
    assert await taken(mailbox, 2) == ["bar", "quote 2"]
    assert mailbox.conflated == 0
    mailbox.close()


async def test_a_full_box_still_takes_a_newer_quote_at_once() -> None:
    mailbox: Mailbox[str] = Mailbox(1)
    await mailbox.post("quote 1", conflate="quote")
    with anyio.fail_after(1):
        await mailbox.post("quote 2", conflate="quote")
    assert await mailbox.take() == "quote 2"
    mailbox.close()


async def test_a_conflating_sender_that_gave_up_waiting_does_not_block_its_kind_for_ever() -> None:
    mailbox: Mailbox[str] = Mailbox(1)
    await mailbox.post("bar")
    with anyio.move_on_after(0):
        await mailbox.post("quote 1", conflate="quote")
    assert await mailbox.take() == "bar"
    await mailbox.post("quote 2", conflate="quote")
    with anyio.fail_after(1):
        assert await mailbox.take() == "quote 2"
    mailbox.close()


async def test_a_sender_that_waits_is_told_when_the_box_is_closed() -> None:
    mailbox: Mailbox[str] = Mailbox(1)
    await mailbox.post("a")

    async def wait() -> None:
        with pytest.raises(MailboxClosed):
            await mailbox.post("b")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        await settled()
        mailbox.close()


async def test_a_closed_box_takes_no_message() -> None:
    mailbox: Mailbox[str] = Mailbox(1)
    mailbox.close()
    with pytest.raises(MailboxClosed, match="reader has ended"):
        await mailbox.post("a")
