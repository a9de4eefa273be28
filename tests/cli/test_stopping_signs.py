"""Signs to end, while a work goes on that is to be ended between two of its steps."""

import os
import signal
from collections.abc import Iterator

import pytest

from crawler.cli.stopping import Stopping


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_the_first_sign_is_noted_and_the_second_is_as_ever(sign: signal.Signals) -> None:
    before = signal.getsignal(sign)
    with Stopping() as stopping:
        assert (stopping.sign, stopping.code) == (None, 0)
        os.kill(os.getpid(), sign)
        assert (stopping.sign, stopping.code) == (sign, 128 + sign)
        assert signal.getsignal(sign) == before


@pytest.fixture
def _ctrl_c_interrupts() -> Iterator[None]:
    """As in a terminal: a process that was begun in the background (`make test &`) leaves Ctrl-C unheeded."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ctrl_c_interrupts")
def test_afterwards_signs_are_as_ever() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Stopping():
        assert signal.getsignal(signal.SIGINT) != before
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
