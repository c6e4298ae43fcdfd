//! Collect, compile, lay out and seal a Python application as one file.
