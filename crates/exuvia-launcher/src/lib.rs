//! The program at the front of a packed Python application.
