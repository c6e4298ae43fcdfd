"""Dates and times of `chrono`, `jiff` and `time`."""

import datetime as dt
import os
import subprocess
import sys
import warnings
import zoneinfo

import pytest
from exuvia_bindings_tests import ENGINE, chrono_dates, jiff_dates, time_dates
from hypothesis import given
from hypothesis import strategies as st

CRATES = [chrono_dates, jiff_dates, time_dates]
ZONED = [chrono_dates, jiff_dates]
UTC = dt.timezone.utc
each_crate = pytest.mark.parametrize("crate", CRATES, ids=lambda crate: crate.__name__)
each_zoned = pytest.mark.parametrize("crate", ZONED, ids=lambda crate: crate.__name__)

# jiff's offsets stop short of 26 hours, its durations and timestamps leave Python's calendar enough room.
WHOLE_SECONDS = st.integers(-86399, 86399).map(lambda seconds: dt.timezone(dt.timedelta(seconds=seconds)))
NAMES = st.sampled_from(
    ["Europe/Oslo", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Monrovia"]
)
ZONES = NAMES.map(zoneinfo.ZoneInfo)


def same(both, expected):
    """What a value became by reference and by itself."""
    for one in both:
        assert one == expected
        assert type(one) is type(expected)
    return both[1]


def identical(both, expected):
    """The same, to the time zone and the fold, which do not count for equality."""
    for one in both:
        assert one.replace(tzinfo=None) == expected.replace(tzinfo=None)
        assert one.tzinfo == expected.tzinfo
        assert one.fold == expected.fold
    return both[1]


@each_crate
@given(date=st.dates())
def test_dates(crate, date):
    same(crate.date(date), date)


@each_crate
@given(moment=st.datetimes())
def test_a_datetime_is_a_date(crate, moment):
    same(crate.date(moment), moment.date())


@each_crate
@given(time=st.times())
def test_times(crate, time):
    same(crate.time(time), time)


@each_crate
@given(moment=st.datetimes())
def test_naive_datetimes(crate, moment):
    identical(crate.datetime(moment), moment.replace(fold=0))


@each_crate
@given(delta=st.timedeltas())
def test_durations(crate, delta):
    same(crate.duration(delta), delta)


@each_crate
@given(delta=st.timedeltas(min_value=dt.timedelta(days=-100_000), max_value=dt.timedelta(days=100_000)))
def test_durations_in_rust(crate, delta):
    assert crate.nanoseconds_of(delta) == delta // dt.timedelta(microseconds=1) * 1000


@each_crate
@given(seconds=st.integers(-(10**12), 10**12), nanoseconds=st.integers(-(10**12), 10**12))
def test_durations_lose_what_is_below_a_microsecond(crate, seconds, nanoseconds):
    total = seconds * 10**9 + nanoseconds
    # Toward zero.
    microseconds = abs(total) // 1000 * (1 if total >= 0 else -1)
    same(crate.duration_of(seconds, nanoseconds), dt.timedelta(microseconds=microseconds))


@each_crate
@pytest.mark.parametrize("seconds", [86400 * 10**9, -86400 * (10**9 + 1)])
def test_durations_too_long_for_python(crate, seconds):
    with pytest.raises(OverflowError):
        crate.duration_of(seconds, 0)


@pytest.mark.parametrize(
    "crate, kind, text",
    [
        (jiff_dates, ValueError, "out of range integral type conversion attempted"),
        (time_dates, OverflowError, "duration out of range for Python timedelta"),
    ],
    ids=["jiff", "time"],
)
def test_durations_too_long_for_a_number(raises_exactly, crate, kind, text):
    with raises_exactly(kind, text):
        crate.duration_of(86400 * 2**32, 0)


@each_crate
@pytest.mark.parametrize("year", [0, -1])
def test_years_that_python_has_not(crate, year):
    with pytest.raises(ValueError):
        crate.date_of(year, 1, 1)


@each_crate
def test_nanoseconds_are_left_out(crate):
    same(crate.time_of(1, 2, 3, 999_999_999), dt.time(1, 2, 3, 999_999))


@each_crate
@given(zone=WHOLE_SECONDS)
def test_offsets(crate, zone):
    same(crate.offset(zone), zone)
    assert crate.seconds_of_offset(zone) == zone.utcoffset(None) // dt.timedelta(seconds=1)


@each_crate
@given(microseconds=st.integers(-86399_999_999, 86399_999_999))
def test_offsets_are_told_in_whole_seconds_toward_zero(crate, microseconds):
    zone = dt.timezone(dt.timedelta(microseconds=microseconds))
    whole = abs(microseconds) // 10**6 * (1 if microseconds >= 0 else -1)
    assert crate.seconds_of_offset(zone) == whole
    same(crate.offset(zone), dt.timezone(dt.timedelta(seconds=whole)))


@each_crate
@given(moment=st.datetimes(min_value=dt.datetime(2, 1, 1), max_value=dt.datetime(9999, 12, 28), timezones=WHOLE_SECONDS))
def test_aware_datetimes(crate, moment):
    identical(crate.aware(moment), moment.replace(fold=0))


@each_crate
@given(moment=st.datetimes(min_value=dt.datetime(2, 1, 1), max_value=dt.datetime(9999, 12, 28), timezones=st.just(UTC)))
def test_utc_datetimes(crate, moment):
    assert identical(crate.aware_utc(moment), moment.replace(fold=0)).tzinfo is UTC


@each_crate
def test_naive_and_aware(crate, raises_for_argument):
    naive = dt.datetime(2024, 1, 1)
    with raises_for_argument("value", TypeError, "expected a datetime without tzinfo"):
        crate.datetime(naive.replace(tzinfo=UTC))
    for function in (crate.aware, crate.aware_utc):
        with raises_for_argument("value", TypeError, "expected a datetime with non-None tzinfo"):
            function(naive)


@each_crate
def test_other_types(crate, raises_for_argument):
    for function, python in [
        (crate.date, "date"),
        (crate.time, "time"),
        (crate.datetime, "datetime"),
        (crate.duration, "timedelta"),
        (crate.offset, "tzinfo"),
        (crate.aware, "datetime"),
        (crate.aware_utc, "datetime"),
    ]:
        with raises_for_argument("value", TypeError, f"'str' object is not an instance of '{python}'"):
            function("2024-01-01")
        with raises_for_argument("value", TypeError, f"'None' is not an instance of '{python}'"):
            function(None)


@each_crate
def test_time_zones_that_move_are_no_offsets(crate, raises_for_argument):
    oslo = zoneinfo.ZoneInfo("Europe/Oslo")
    text = "zoneinfo.ZoneInfo(key='Europe/Oslo') is not a fixed offset timezone"
    with raises_for_argument("value", TypeError, text):
        crate.offset(oslo)


class Strange(dt.tzinfo):
    def __init__(self, offset):
        self.offset = offset

    def utcoffset(self, when):
        if isinstance(self.offset, Exception):
            raise self.offset
        return self.offset


@each_crate
def test_strange_time_zones(crate, raises_for_argument):
    with raises_for_argument("value", TypeError, "'int' object is not an instance of 'timedelta'"):
        crate.offset(Strange(3600))
    with raises_for_argument("value", LookupError, "nowhere"):
        crate.offset(Strange(LookupError("nowhere")))
    for days in (2, -2, 999_999_999, -999_999_999):
        # The oracle takes what 32 bits hold of the seconds, and panics in builds with assertions.
        if ENGINE == "exuvia":
            with raises_for_argument("value", ValueError):
                crate.offset(Strange(dt.timedelta(days=days)))
    assert crate.seconds_of_offset(Strange(dt.timedelta(seconds=59))) == 59


def test_words_of_offsets_too_far(raises_for_argument):
    for crate, text in [(chrono_dates, "fixed offset out of bounds"), (time_dates, "UTC offset out of bounds")]:
        with raises_for_argument("value", ValueError, text):
            crate.offset(Strange(dt.timedelta(days=2)))


def test_utc_of_time_is_strict(raises_for_argument):
    plus_one = dt.timezone(dt.timedelta(hours=1))
    with raises_for_argument("value", ValueError, "expected a datetime with UTC timezone"):
        time_dates.aware_utc(dt.datetime(2024, 1, 1, tzinfo=plus_one))
    with raises_for_argument("value", ValueError, "expected datetime.timezone.utc"):
        chrono_dates.utc(plus_one)
    with raises_for_argument("value", ValueError, "expected datetime.timezone.utc"):
        chrono_dates.aware_utc(dt.datetime(2024, 1, 1, tzinfo=plus_one))
    assert chrono_dates.utc(UTC)[1] is UTC


# Time zones with a history


@each_zoned
@given(zone=ZONES)
def test_zones(crate, zone):
    assert crate.zone(zone)[0] is zone
    assert crate.zone(zone)[1] is zone


def zoned(crate, moment, expected):
    both = crate.zoned(moment)
    if ENGINE == "PyO3" and crate is jiff_dates:
        # It tells the later one of two times that clocks show alike as the earlier one, but for its first moment.
        both = [one.replace(fold=expected.fold) for one in both]
    identical(both, expected)


@each_zoned
@given(moment=st.datetimes(min_value=dt.datetime(1972, 1, 2), max_value=dt.datetime(2037, 12, 30), timezones=ZONES))
def test_zoned_datetimes(crate, moment):
    # Times that clocks leave out are told apart below.
    instant = moment.astimezone(UTC)
    moment = instant.astimezone(moment.tzinfo)
    zoned(crate, moment, moment)
    assert crate.timestamp_of_zoned(moment) == int(moment.timestamp() // 1)


@each_zoned
@pytest.mark.parametrize("fold", [0, 1])
def test_repeated_times(crate, fold):
    moment = dt.datetime(2020, 10, 25, 2, 30, tzinfo=zoneinfo.ZoneInfo("Europe/Oslo"), fold=fold)
    zoned(crate, moment, moment)
    assert crate.timestamp_of_zoned(moment) == moment.timestamp()


@each_zoned
def test_fold_without_meaning_is_dropped(crate):
    moment = dt.datetime(2020, 7, 1, 2, 30, tzinfo=zoneinfo.ZoneInfo("Europe/Oslo"), fold=1)
    zoned(crate, moment, moment.replace(fold=0))


SKIPPED = dt.datetime(2020, 3, 29, 2, 30, tzinfo=zoneinfo.ZoneInfo("Europe/Oslo"))


def test_skipped_times_are_errors_for_chrono(raises_for_argument):
    with raises_for_argument("value", ValueError, f"The datetime {SKIPPED!r} contains an incompatible timezone"):
        chrono_dates.zoned(SKIPPED)


@pytest.mark.parametrize("fold", [0, 1])
def test_skipped_times_are_what_python_says_for_jiff(fold):
    moment = SKIPPED.replace(fold=fold)
    assert jiff_dates.timestamp_of_zoned(moment) == moment.timestamp()


def test_zones_by_other_names(raises_for_argument):
    with raises_for_argument("value", AttributeError, "'datetime.timezone' object has no attribute 'key'"):
        chrono_dates.zone(UTC)
    with pytest.raises(ValueError):
        chrono_dates.zone(Named("Europe/Atlantis"))
    with pytest.raises(ValueError):
        jiff_dates.zone(Named("Europe/Atlantis"))
    with raises_for_argument("value", TypeError, "'None' is not an instance of 'str'"):
        jiff_dates.zone(Named(None))
    same(jiff_dates.zone(UTC), UTC)
    same(jiff_dates.zone(dt.timezone(dt.timedelta(seconds=61))), dt.timezone(dt.timedelta(seconds=61)))


class Named(dt.tzinfo):
    def __init__(self, key):
        self.key = key


# What is special about each


@pytest.mark.parametrize(
    "make, told",
    [
        (lambda: chrono_dates.time_of(23, 59, 59, 1_999_999_999), dt.time(23, 59, 59, 999_999)),
        (chrono_dates.datetime_of_leap_second, dt.datetime(2016, 12, 31, 23, 59, 59, 999_999)),
        (chrono_dates.aware_of_leap_second, dt.datetime(2016, 12, 31, 23, 59, 59, 999_999, UTC)),
    ],
)
def test_leap_seconds_are_left_out_with_a_warning(make, told):
    with pytest.warns(UserWarning, match="^ignored leap-second, `datetime` does not support leap-seconds$") as caught:
        same(make(), told)
    assert len(caught) == 2


def test_a_warning_that_is_an_error_does_not_stop_the_conversion(monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", reported.append)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        same(chrono_dates.time_of(23, 59, 59, 1_000_000_000), dt.time(23, 59, 59))
    assert [each.exc_type for each in reported] == [UserWarning] * 2


LOCAL = """
import datetime as dt, zoneinfo
from exuvia_bindings_tests import chrono_dates
zone, other = chrono_dates.this_zone()
assert zone is other and type(zone) is zoneinfo.ZoneInfo
assert chrono_dates.local(zone) == [zone, zone]
naive = dt.datetime(2024, 7, 1, 12)
aware = naive.replace(tzinfo=zone)
assert naive.timestamp() == aware.timestamp()
for moment in (naive, aware):
    assert chrono_dates.timestamp_of_local(moment) == aware.timestamp()
    for one in chrono_dates.aware_local(moment):
        assert one == aware and one.tzinfo is zone
try:
    chrono_dates.local(dt.timezone(dt.timedelta(seconds=1)))
except ValueError as error:
    assert str(error).endswith(f"expected local timezone {zone.key}"), error
else:
    raise AssertionError
"""


def test_local_time():
    # The name of the zone is the machine's, whatever `TZ` says.
    environment = {name: value for name, value in os.environ.items() if name != "TZ"}
    subprocess.run([sys.executable, "-c", LOCAL], check=True, env=environment)


@given(st.dates())
def test_weeks(date):
    same(jiff_dates.week_date(date), date)


def test_spans():
    assert jiff_dates.span(dt.timedelta(hours=1, seconds=5)) == "PT3605S"
    assert jiff_dates.span(dt.timedelta(microseconds=-1)) == "-PT0.000001S"


def test_timestamps_are_told_in_utc():
    oslo = dt.datetime(2024, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Oslo"))
    assert identical(jiff_dates.aware_utc(oslo), oslo.astimezone(UTC)).tzinfo is UTC


def test_errors_of_jiff_are_value_errors():
    with pytest.raises(ValueError, match="day"):
        jiff_dates.fail()
