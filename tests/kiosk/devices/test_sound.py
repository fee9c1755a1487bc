import stat
from pathlib import Path

import numpy as np
import pytest

from kiosk.devices.sound import RATE, AplaySound, Cue, SilentSound, tone


@pytest.mark.parametrize(
    "cue,milliseconds", [(Cue.ADMITTED, 250), (Cue.REFUSED, 360), (Cue.REFERRED, 240), (Cue.KEY, 12)]
)
def test_each_cue_has_its_own_length_and_never_clips(cue: Cue, milliseconds: int) -> None:
    samples = tone(cue)
    assert len(samples) == pytest.approx(RATE * milliseconds / 1000, abs=3)
    assert 10_000 < np.abs(samples).max() < 32_767
    assert abs(int(samples[0])) < 200
    assert abs(int(samples[-1])) < 200


def test_admitted_rises_and_refused_repeats_one_low_note() -> None:
    def pitch(samples: "np.typing.NDArray[np.int16]") -> float:
        spectrum = np.abs(np.fft.rfft(samples, n=RATE))
        return float(spectrum.argmax())

    admitted, refused = tone(Cue.ADMITTED), tone(Cue.REFUSED)
    first, second = admitted[: int(0.09 * RATE)], admitted[int(0.09 * RATE) :]
    assert pitch(first) == pytest.approx(523, abs=6)
    assert pitch(second) == pytest.approx(784, abs=6)
    assert pitch(refused[: int(0.14 * RATE)]) == pytest.approx(311, abs=6)
    assert not refused[int(0.15 * RATE) : int(0.21 * RATE)].any()


def test_at_night_the_cues_are_quieter() -> None:
    assert np.abs(tone(Cue.ADMITTED, decibels=-10)).max() < 0.4 * np.abs(tone(Cue.ADMITTED)).max()


def test_a_machine_without_a_player_is_not_an_error() -> None:
    sound = AplaySound(player="no-such-player")
    assert not sound.available
    sound.play(Cue.ADMITTED)
    sound.close()


def test_a_player_gets_the_file_and_a_new_cue_cuts_off_the_one_before(tmp_path: Path) -> None:
    player = tmp_path / "player"
    heard = tmp_path / "heard"
    player.write_text(f'#!/bin/sh\nwc -c < "$2" >> {heard}\nexec sleep 30\n')
    player.chmod(player.stat().st_mode | stat.S_IXUSR)
    sound = AplaySound(player=str(player))
    sound.play(Cue.ADMITTED)
    first = sound._playing
    sound.play(Cue.REFUSED)
    assert first is not None
    assert first.poll() is not None
    second = sound._playing
    sound.close()
    assert second is not None
    assert second.poll() is not None


def test_silence_remembers_what_would_have_been_heard() -> None:
    sound = SilentSound()
    sound.play(Cue.REFERRED)
    assert sound.played == [Cue.REFERRED]
