"""A table described, grouped, and read and written as text."""

import io

import pandas as pd

frame = pd.read_csv(io.StringIO("key,value\na,1\nb,2\na,3\nb,4\nb,5\n"))
print(frame.describe())
print(frame.groupby("key")["value"].agg(["sum", "mean"]))
print(frame.pivot_table(index="key", values="value", aggfunc="sum").rename(index={"b": "b"}))
frame["value"] = frame["value"] * 3
print(frame[frame["value"] > 6].to_string())
moments = pd.date_range("2026-03-29", periods=3, freq="12h", tz="Europe/Berlin")
print(pd.Series(range(3), index=moments))
print(pd.Timestamp("2026-11-22", tz="Europe/Berlin").tzinfo)
