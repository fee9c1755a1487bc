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


# ---- its health -----------------------------------------------------------------------------------------------------


def a_player(folder: Path, heard: Path, code: int = 0) -> Path:
    """A player that writes down the name of each file it is given, and ends as it is told."""
    player = folder / "player"
    player.write_text(f'#!/bin/sh\nbasename "$2" >> {heard}\nexit {code}\n')
    player.chmod(player.stat().st_mode | stat.S_IXUSR)
    return player


def told(sound: AplaySound) -> str:
    sound.tend()
    return sound.health().problem


def test_a_machine_without_player_or_card_says_so_and_hears_of_both_when_they_come(tmp_path: Path) -> None:
    cards = tmp_path / "cards"
    player = tmp_path / "player"
    sound = AplaySound(player=str(player), cards=cards)
    assert told(sound) == "sound_missing"
    assert "install alsa-utils" in sound.health().advice
    a_player(tmp_path, tmp_path / "heard")
    assert told(sound) == "sound_missing"
    assert "loudspeaker's cable" in sound.health().advice
    (cards / "pcmC0D0p").mkdir(parents=True)
    assert told(sound) == ""
    (cards / "pcmC0D0p").rmdir()
    assert told(sound) == "sound_missing"
    sound.close()


def test_a_card_that_refuses_a_tone_is_faulted_until_it_takes_one_again(tmp_path: Path) -> None:
    (tmp_path / "pcmC0D0p").mkdir()
    sound = AplaySound(player=str(a_player(tmp_path, tmp_path / "heard", code=1)), cards=tmp_path)
    assert told(sound) == "", "as long as nothing was played nobody knows better"
    sound.play(Cue.ADMITTED)
    playing = sound._playing
    assert playing is not None
    playing.wait(30)
    assert told(sound) == "sound_faulted"
    a_player(tmp_path, tmp_path / "heard")
    assert told(sound) == ""
    assert (tmp_path / "heard").read_text().splitlines()[-1] == "silence.wav"
    sound.close()


def test_a_cue_that_was_cut_off_by_the_next_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "pcmC0D0p").mkdir()
    player = tmp_path / "player"
    player.write_text("#!/bin/sh\nexec sleep 30\n")
    player.chmod(player.stat().st_mode | stat.S_IXUSR)
    sound = AplaySound(player=str(player), cards=tmp_path)
    sound.play(Cue.ADMITTED)
    sound.play(Cue.REFUSED)
    assert told(sound) == ""
    sound.close()


def test_by_night_the_quiet_cue_is_played(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    nights = [False]
    sound = AplaySound(
        night_decibels=-18, is_night=lambda: nights[-1], player=str(a_player(tmp_path, heard)), cards=tmp_path
    )
    for night in (False, True):
        nights.append(night)
        sound.play(Cue.ADMITTED)
        playing = sound._playing
        assert playing is not None
        playing.wait(30)
    assert heard.read_text().split() == ["admitted.wav", "admitted-night.wav"]
    assert sound._file(Cue.ADMITTED).stat().st_size == sound._file(Cue.ADMITTED, is_night=True).stat().st_size
    sound.close()
