"""`datetime`'s own types, and `std::time`."""

import datetime as dt
import subprocess
import sys
import zoneinfo

import pytest
from exuvia_bindings_tests import ENGINE, datetimes
from hypothesis import given
from hypothesis import strategies as st

OFFSETS = st.timedeltas(
    min_value=dt.timedelta(hours=-24, microseconds=1), max_value=dt.timedelta(hours=24, microseconds=-1)
)
ZONES = st.none() | OFFSETS.map(dt.timezone) | st.sampled_from(["UTC", "Europe/Oslo", "America/New_York"]).map(
    zoneinfo.ZoneInfo
)
FOLDS = st.booleans()


def same(both, expected):
    """What a value became by reference and by itself."""
    for one in both:
        assert one == expected
        assert type(one) is type(expected)
    return both[1]


@given(st.dates())
def test_dates(date):
    made = datetimes.date(date.year, date.month, date.day)
    assert made == date
    assert type(made) is dt.date
    assert datetimes.date_parts(date) == (date.year, date.month, date.day)


@given(st.datetimes(timezones=ZONES), FOLDS)
def test_datetimes(moment, fold):
    moment = moment.replace(fold=fold)
    day = (moment.year, moment.month, moment.day)
    clock = (moment.hour, moment.minute, moment.second, moment.microsecond)
    assert datetimes.datetime_parts(moment) == (day, clock, fold, moment.tzinfo)
    assert datetimes.date_parts(moment) == day
    made = datetimes.datetime_with_fold(*day, *clock, moment.tzinfo, fold)
    assert type(made) is dt.datetime
    assert (made.replace(tzinfo=None), made.tzinfo, made.fold) == (moment.replace(tzinfo=None), moment.tzinfo, fold)
    assert datetimes.datetime(*day, *clock, moment.tzinfo).fold == 0


@given(st.times(timezones=ZONES), FOLDS)
def test_times(time, fold):
    time = time.replace(fold=fold)
    clock = (time.hour, time.minute, time.second, time.microsecond)
    assert datetimes.time_parts(time) == (clock, fold, time.tzinfo)
    made = datetimes.time_with_fold(*clock, time.tzinfo, fold)
    assert type(made) is dt.time
    assert (made.replace(tzinfo=None), made.tzinfo, made.fold) == (time.replace(tzinfo=None), time.tzinfo, fold)
    assert datetimes.time(*clock, time.tzinfo).fold == 0


@given(st.timedeltas())
def test_deltas(delta):
    parts = (delta.days, delta.seconds, delta.microseconds)
    assert datetimes.delta_parts(delta) == parts
    assert datetimes.delta(*parts) == delta
    assert datetimes.delta(*parts, normalize=False) == delta


# So that a carry stays in the range of an `int` on the oracle.
SMALL = st.integers(-(2**30), 2**30)


def test_deltas_at_the_ends():
    least, most = -(2**31), 2**31 - 1
    with pytest.raises(OverflowError, match="; must have magnitude <= 999999999$"):
        datetimes.delta(most, most, most)
    if ENGINE == "exuvia":
        # CPython's own carrying overflows here, and on the oracle what comes out depends on how CPython was compiled.
        assert datetimes.delta(0, least, -1) == dt.timedelta(0, least, -1)
        assert datetimes.delta(0, most, most) == dt.timedelta(0, most, most)


@given(st.integers(-900_000_000, 900_000_000), SMALL, SMALL)
def test_deltas_carry_over(days, seconds, microseconds):
    made = datetimes.delta(days, seconds, microseconds)
    assert made == dt.timedelta(days, seconds, microseconds)
    if ENGINE == "exuvia":
        # Nobody counts on what the oracle makes of these: parts that Python does not allow, or an abort in its debug build.
        assert datetimes.delta(days, seconds, microseconds, normalize=False) == made


def test_what_there_is_not():
    for make in (
        lambda: datetimes.date(0, 1, 1),
        lambda: datetimes.date(2023, 2, 29),
        lambda: datetimes.datetime(2024, 13, 1, 0, 0, 0, 0),
        lambda: datetimes.datetime(2024, 12, 1, 0, 0, 0, 1_000_000),
        lambda: datetimes.datetime(2024, 12, 1, 0, 0, 0, 2**32 - 1),
        lambda: datetimes.time(24, 0, 0, 0, None),
        lambda: datetimes.time(0, 0, 60, 0, None),
        lambda: datetimes.fixed_offset(dt.timedelta(days=1)),
    ):
        with pytest.raises(ValueError):
            make()
    with pytest.raises(OverflowError):
        datetimes.delta(1_000_000_000, 0, 0)


@given(st.integers(0, 4_000_000_000))
def test_timestamps(timestamp):
    assert datetimes.date_from_timestamp(timestamp) == dt.date.fromtimestamp(timestamp)
    assert datetimes.datetime_from_timestamp(timestamp) == dt.datetime.fromtimestamp(timestamp)
    utc = dt.timezone.utc
    assert datetimes.datetime_from_timestamp(timestamp + 0.5, utc) == dt.datetime.fromtimestamp(timestamp + 0.5, utc)


def test_timestamps_beyond_the_calendar():
    for timestamp in (1e20, float("nan"), float("inf")):
        with pytest.raises((ValueError, OverflowError, OSError)):
            datetimes.datetime_from_timestamp(timestamp)
        with pytest.raises((ValueError, OverflowError, OSError)):
            datetimes.date_from_timestamp(timestamp)


def test_time_zones():
    assert datetimes.utc() is dt.timezone.utc
    half = dt.timedelta(hours=-3, minutes=-30)
    assert datetimes.fixed_offset(half) == dt.timezone(half)
    assert datetimes.fixed_offset_of_seconds(3601) == dt.timezone(dt.timedelta(seconds=3601))
    assert datetimes.timezone("Europe/Oslo") is zoneinfo.ZoneInfo("Europe/Oslo")
    with pytest.raises(zoneinfo.ZoneInfoNotFoundError):
        datetimes.timezone("Europe/Atlantis")
    with pytest.raises(ValueError):
        datetimes.timezone("../escape")


class Day(dt.date):
    pass


class Moment(dt.datetime):
    pass


class Zone(dt.tzinfo):
    def utcoffset(self, when):
        return dt.timedelta(minutes=7)


def test_kinds():
    assert datetimes.types() == [dt.date, dt.datetime, dt.time, dt.timedelta, dt.tzinfo]
    now = dt.datetime(2024, 1, 2)
    for value, kinds, exact in [
        (now.date(), [1, 0, 0, 0, 0], [1, 0, 0, 0, 0]),
        (now, [1, 1, 0, 0, 0], [0, 1, 0, 0, 0]),
        (now.time(), [0, 0, 1, 0, 0], [0, 0, 1, 0, 0]),
        (now - now, [0, 0, 0, 1, 0], [0, 0, 0, 1, 0]),
        (dt.timezone.utc, [0, 0, 0, 0, 1], [0] * 5),
        (Zone(), [0, 0, 0, 0, 1], [0] * 5),
        (Day(2024, 1, 2), [1, 0, 0, 0, 0], [0] * 5),
        (Moment(2024, 1, 2), [1, 1, 0, 0, 0], [0] * 5),
        (1, [0] * 5, [0] * 5),
    ]:
        assert datetimes.kinds(value) == kinds
        assert datetimes.exact_kinds(value) == exact
    assert datetimes.date_parts(Day(2024, 1, 2)) == (2024, 1, 2)
    assert datetimes.datetime_parts(Moment(2024, 1, 2, tzinfo=(zone := Zone())))[3] is zone


def test_other_types(raises_for_argument):
    with raises_for_argument("date", TypeError, "'time' object is not an instance of 'date'"):
        datetimes.date_parts(dt.time())
    with raises_for_argument("datetime", TypeError, "'date' object is not an instance of 'datetime'"):
        datetimes.datetime_parts(dt.date(2024, 1, 1))
    with raises_for_argument("value", TypeError, "'int' object is not an instance of 'timedelta'"):
        datetimes.duration(1)


@given(st.timedeltas(min_value=dt.timedelta(0)))
def test_durations(delta):
    same(datetimes.duration(delta), delta)
    seconds, nanoseconds = datetimes.seconds_of(delta)
    assert dt.timedelta(seconds=seconds, microseconds=nanoseconds // 1000) == delta
    assert nanoseconds % 1000 == 0


def test_edges_of_durations(raises_for_argument):
    text = "It is not possible to convert a negative timedelta to a Rust Duration"
    for negative in (dt.timedelta(microseconds=-1), dt.timedelta.min):
        with raises_for_argument("value", ValueError, text):
            datetimes.duration(negative)
    same(datetimes.duration_of(0, 1999), dt.timedelta(microseconds=1))
    with pytest.raises(OverflowError):
        datetimes.duration_of(86400 * 1_000_000_000, 0)
    with pytest.raises(ValueError, match="out of range integral type conversion attempted"):
        datetimes.duration_of(2**64 - 1, 0)


EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)


@given(st.datetimes(min_value=dt.datetime(1970, 1, 2), timezones=OFFSETS.map(dt.timezone)))
def test_system_times(moment):
    assert same(datetimes.system_time(moment), moment.astimezone(dt.timezone.utc)).tzinfo is dt.timezone.utc


def test_edges_of_system_times(raises_for_argument):
    same(datetimes.system_time(EPOCH), EPOCH)
    same(datetimes.system_time_after_1970(3, 1999), EPOCH + dt.timedelta(seconds=3, microseconds=1))
    text = "It is not possible to convert a negative timedelta to a Rust Duration"
    with raises_for_argument("value", ValueError, text):
        datetimes.system_time(EPOCH - dt.timedelta(microseconds=1))
    with raises_for_argument("value", TypeError, "can't subtract offset-naive and offset-aware datetimes"):
        datetimes.system_time(dt.datetime(2024, 1, 1))
    with raises_for_argument("value", TypeError):
        datetimes.system_time(1)
    with pytest.raises(OverflowError):
        datetimes.system_time_after_1970(2**38, 0)


@pytest.mark.skipif(ENGINE == "PyO3", reason="PyO3 panics at times before 1970")
@given(st.integers(0, 60_000_000_000), st.integers(0, 999_999_999))
def test_system_times_before_1970_are_rounded_down(seconds, nanoseconds):
    microseconds = -((seconds * 10**9 + nanoseconds + 999) // 1000)
    same(datetimes.system_time_before_1970(seconds, nanoseconds), EPOCH + dt.timedelta(microseconds=microseconds))


BROKEN = """
import sys, types
from exuvia_bindings_tests import LIMITED, datetimes
missing = "'timezone'" if LIMITED else "'datetime_CAPI'"
sys.modules["datetime"] = types.ModuleType("datetime")
try:
    datetimes.date(2024, 1, 1)
except AttributeError as error:
    assert "has no attribute " + missing in str(error), error
else:
    raise AssertionError
"""

BROKEN_CONVERSIONS = """
assert datetimes.kinds(1) == [False] * 5
for convert in (
    lambda: datetimes.duration(1),
    lambda: datetimes.system_time(1),
    lambda: datetimes.utc(),
    lambda: datetimes.timezone("UTC"),
):
    try:
        convert()
    except AttributeError as error:
        assert "has no attribute " + missing in str(error), error
    else:
        raise AssertionError
sys.modules["datetime"] = None
try:
    datetimes.date(2024, 1, 1)
except ImportError:
    pass
else:
    raise AssertionError
del sys.modules["datetime"]
assert datetimes.date(2024, 1, 1).year == 2024
"""


def test_a_datetime_module_that_is_none():
    # Type checks crash the oracle then.
    code = BROKEN if ENGINE == "PyO3" else BROKEN + BROKEN_CONVERSIONS
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_table_outlives_its_module():
    code = """
import sys, gc, datetime
from exuvia_bindings_tests import datetimes
assert datetimes.date(2024, 1, 1).year == 2024
del datetime.datetime_CAPI
sys.modules.pop("datetime"); sys.modules.pop("_datetime")
del datetime
gc.collect()
for day in range(1, 29):
    assert datetimes.date(2024, 2, day).day == day
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_references_are_given_back():
    zone = Zone()
    moment = dt.datetime(2024, 1, 2, tzinfo=zone)
    delta = dt.timedelta(hours=1)
    before = [sys.getrefcount(one) for one in (zone, moment, delta, dt.timezone.utc)]
    for _ in range(1000):
        datetimes.datetime_parts(moment)
        datetimes.datetime(2024, 1, 2, 3, 4, 5, 6, zone)
        datetimes.time_with_fold(1, 2, 3, 4, zone, True)
        datetimes.fixed_offset(delta)
        datetimes.duration(delta)
        datetimes.system_time(moment)
        datetimes.utc()
        datetimes.datetime_from_timestamp(0, dt.timezone.utc)
    assert [sys.getrefcount(one) for one in (zone, moment, delta, dt.timezone.utc)] == before
