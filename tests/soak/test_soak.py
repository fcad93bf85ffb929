"""The soak, in short: no answer is wrong while servers fail."""

import pytest

from tests.serverside.standby import found_programs
from tests.soak import __main__ as soaking
from tests.soak import faults


@pytest.mark.slow
def test_no_answer_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found_programs()
    monkeypatch.setattr(soaking, "SETTLED_SECONDS", 1.0)
    monkeypatch.setattr(faults, "PEACE_SECONDS", 0.5)
    monkeypatch.setattr(faults, "SECONDS", 1.0)
    tally = soaking.soak(10, people=300)
    assert not tally.wrong
    assert tally.kinds["200"] > 0
    assert "standby_hangs" in capsys.readouterr().out
