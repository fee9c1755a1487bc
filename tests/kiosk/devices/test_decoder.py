import itertools

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kiosk.devices.bending import BENDS, Bend, bent
from kiosk.devices.carriers import code_modules
from kiosk.devices.decoder import BENDS_A_FRAME, WHOLE_FRAMES, CascadeDecoder, cv2_luma
from kiosk.devices.engines import Luma, Reading, ZbarEngine, ZxingEngine
from kiosk.devices.generator import Scene, render_scene
from kiosk.errors import EnvironmentalError
from tests.support.pictures import drawn_code as drawn

TEXT = "KP1:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" * 3


def zbar() -> ZbarEngine:
    try:
        return ZbarEngine()
    except ImportError:
        pytest.skip("the library zbar is not on this machine")


def test_both_engines_are_named() -> None:
    assert CascadeDecoder(engines=(ZxingEngine(), zbar())).engines == ("zxing-cpp", "zbar")


def test_a_plain_code_is_read_exactly() -> None:
    assert CascadeDecoder().read(drawn(TEXT)) == [TEXT]


def test_a_code_in_dark_mode_is_read() -> None:
    assert CascadeDecoder().read(drawn(TEXT, inverted=True)) == [TEXT]


def test_kazakh_letters_and_whole_unicode_are_read() -> None:
    text = "Қақпа · Өңдеу · Ұлттық ☃"
    assert CascadeDecoder().read(drawn(text)) == [text]


def test_two_codes_in_one_picture_are_both_read() -> None:
    both = np.hstack([drawn("FIRST CODE"), drawn("SECOND CODE")])
    assert sorted(CascadeDecoder().read(both)) == ["FIRST CODE", "SECOND CODE"]


def test_the_same_code_twice_in_view_is_one_text() -> None:
    assert CascadeDecoder().read(np.hstack([drawn("SAME"), drawn("SAME")])) == ["SAME"]


def test_a_picture_without_a_code_has_no_text() -> None:
    empty = Scene(texts=(), frames=12, gap=0)
    decoder = CascadeDecoder()
    assert [decoder.read(frame) for frame in render_scene(empty)] == [[]] * 12
    assert CascadeDecoder(thorough=True).read(np.full((720, 1280, 3), 128, dtype=np.uint8)) == []


def test_zbar_alone_reads_light_and_dark_codes_within_two_frames() -> None:
    for frame in (drawn(TEXT), drawn(TEXT, inverted=True)):
        decoder = CascadeDecoder(engines=(zbar(),))
        assert TEXT in decoder.read(frame) + decoder.read(frame)
        assert CascadeDecoder(thorough=True, engines=(zbar(),)).read(frame) == [TEXT]


def test_without_any_engine_a_sentence_says_what_to_install() -> None:
    with pytest.raises(EnvironmentalError, match="install zxing-cpp"):
        CascadeDecoder(engines=())


def test_a_code_of_three_kilobytes_is_read_from_a_picture() -> None:
    text = "x" * 2900
    page = np.pad(np.kron(code_modules(text), np.ones((4, 4), dtype=np.uint8)), 20, constant_values=255)
    assert CascadeDecoder(thorough=True, clock=lambda: 0.0).read(page) == [text]


def test_a_picture_full_of_finder_patterns_does_not_hold_the_lane() -> None:
    """No further look begins once the time of a frame is over, however much there would be to try."""
    patterns = np.full((360, 640), 255, dtype=np.uint8)
    for top, left in itertools.product(range(8, 330, 40), range(8, 610, 40)):
        for inset, shade in ((0, 0), (4, 255), (8, 0)):
            patterns[top + inset : top + 28 - inset, left + inset : left + 28 - inset] = shade
    looks = itertools.count()

    class Counting(ZxingEngine):
        def scan(self, luma: Luma, *, hard: bool) -> Reading:
            next(looks)
            return super().scan(luma, hard=hard)

    # This clock goes a tenth of a second at each glance: the time of a frame is over after three looks.
    ticks = itertools.count()
    decoder = CascadeDecoder(engines=(Counting(),), clock=lambda: next(ticks) / 10)
    assert decoder.read(patterns) == []
    assert next(looks) <= 3


class Recorder:
    """An engine that finds nothing and notes what it was given."""

    def __init__(self, name: str, *, locates: bool) -> None:
        self.name = name
        self.locates = locates
        self.looks = 0

    def scan(self, luma: Luma, *, hard: bool) -> Reading:
        assert luma.ndim == 2
        assert isinstance(hard, bool)
        self.looks += 1
        return Reading()


def test_the_second_engine_looks_at_a_whole_frame_now_and_then_and_at_every_single_picture() -> None:
    first, second = Recorder("first", locates=True), Recorder("second", locates=False)
    decoder = CascadeDecoder(engines=(first, second))
    frame = np.zeros((64, 64, 3), dtype=np.uint8)
    for _ in range(2 * WHOLE_FRAMES):
        decoder.read(frame)
    assert second.looks == 2
    assert first.looks > 2 * WHOLE_FRAMES
    CascadeDecoder(thorough=True, engines=(first, second)).read(frame)
    assert second.looks == 3


def test_both_engines_look_closer_at_every_frame_in_which_something_may_be_a_code() -> None:
    first, second = Recorder("first", locates=True), Recorder("second", locates=False)
    decoder = CascadeDecoder(engines=(first, second), clock=lambda: 0.0)
    scene = Scene(texts=(TEXT,), frames=12, gap=0)
    frame = list(render_scene(scene))[6]
    for _ in range(4):
        assert decoder.read(frame) == []
        assert decoder.advice is not None
    assert second.looks == 4
    assert first.looks >= 4 * 5
    assert decoder.read(np.full((720, 1280, 3), 128, dtype=np.uint8)) == []
    assert decoder.advice is None


@pytest.mark.parametrize("seed", range(6))
def test_a_blurred_code_in_noise_that_one_engine_alone_misses_is_read_in_one_frame(seed: int) -> None:
    scene = Scene(texts=(TEXT,), pixels_per_module=4.0, blur=1.5, noise=12, seed=seed, gap=0)
    frame = list(render_scene(scene))[6]
    assert CascadeDecoder(clock=lambda: 0.0).read(frame) == [TEXT]


@pytest.mark.parametrize("bend", BENDS[::5], ids=str)
def test_a_code_on_a_bent_sheet_is_read_within_the_turn_of_the_bends(bend: Bend) -> None:
    """Twice as far as the decoder bends: what an engine reads by itself needs no bending."""
    page = drawn(TEXT)[:, :, 0]
    sheet = bent(cv2_luma(cv2.resize(page, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)), bend)
    decoder = CascadeDecoder(clock=lambda: 0.0)
    assert any(decoder.read(sheet) == [TEXT] for _ in range(len(BENDS) // BENDS_A_FRAME))
    assert CascadeDecoder(thorough=True, clock=lambda: 0.0).read(sheet) == [TEXT]


def test_small_and_blurred_codes_are_read_within_a_few_frames() -> None:
    """Two and a half pixels a module and a soft lens: beyond the first look, within the cascade."""
    scene = Scene(texts=(TEXT[:90],), pixels_per_module=2.6, blur=0.9, noise=6, glare=0.0, seed=5, gap=0)
    decoder = CascadeDecoder(clock=lambda: 0.0)  # however busy the machine is
    assert any(decoder.read(frame) == list(scene.texts) for frame in render_scene(scene))


@pytest.mark.parametrize("sigma", [20, 60, 120])
def test_the_noise_of_a_sensor_is_never_a_scan(sigma: int) -> None:
    decoder, rng = CascadeDecoder(clock=lambda: 0.0), np.random.default_rng(sigma)
    for _ in range(12):
        noise = np.clip(rng.normal(128, sigma, (360, 640)), 0, 255).astype(np.uint8)
        assert decoder.read(noise) == []


SHAPES = st.one_of(
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=40),
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=40).flatmap(
        lambda shape: st.sampled_from([(*shape, channels) for channels in (0, 1, 2, 3, 4, 5)])
    ),
    hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_array_whatever_makes_the_decoder_raise(data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from([np.uint8, np.float64, np.int16, np.bool_]))
    array = data.draw(hnp.arrays(dtype=dtype, shape=data.draw(SHAPES)))
    for thorough in (False, True):
        assert isinstance(CascadeDecoder(thorough=thorough).read(array), list)


def test_views_that_are_not_contiguous_are_read() -> None:
    page = drawn(TEXT)
    wide = np.repeat(page, 2, axis=1)
    assert CascadeDecoder().read(wide[:, ::2]) == [TEXT]
    assert CascadeDecoder().read(np.asfortranarray(page)) == [TEXT]
    assert CascadeDecoder().read(np.dstack([page, page[:, :, :1]])) == [TEXT]


def test_a_library_that_complains_of_a_picture_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = ZxingEngine(), zbar()

    class Complaining:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError("as a native library may of any picture")

    monkeypatch.setattr(first, "_scan", lambda *_, **__: Reading())
    assert CascadeDecoder(thorough=True, engines=(first, second)).read(drawn(TEXT)) == [TEXT]
    monkeypatch.setattr(second, "_pyzbar", Complaining())
    assert CascadeDecoder(thorough=True, engines=(first, second)).read(drawn(TEXT)) == []


def test_a_structured_append_symbol_does_not_make_zbar_raise(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = zbar()

    class Raising:
        class ZBarSymbol:
            QRCODE = 64

        @staticmethod
        def decode(*_: object, **__: object) -> object:
            raise ValueError("as pyzbar does on such a symbol")

    monkeypatch.setattr(engine, "_pyzbar", Raising)
    assert engine.scan(np.zeros((8, 8), dtype=np.uint8), hard=False) == Reading()
