"""This one is formatted already."""
