"""Signs to end, while a work goes on that is to be ended between two of its steps."""

import os
import signal

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


def test_afterwards_signs_are_as_ever() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Stopping():
        assert signal.getsignal(signal.SIGINT) != before
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
