"""Puts the hand-written Rust of this folder in the place of the drafts that `exuvia port` made of qrcode."""

import re
import sys
from pathlib import Path

FUNCTIONS = ["_lost_point_level1", "_lost_point_level2", "_lost_point_level3"]
BODIES = Path(__file__).resolve().parent / "bodies"


def put_in_place(rust: Path) -> None:
    """Replace each `…_in_rust` in rust/src/util.rs and add the module that the three share."""
    util = rust / "src" / "util.rs"
    text = util.read_text()
    for name in FUNCTIONS:
        body = (BODIES / f"{name}.rs").read_text().strip()
        # A function ends at the first brace in the first column; helpers below it stay with it.
        draft = re.compile(rf"^fn {name}_in_rust\b.*?^}}$", re.DOTALL | re.MULTILINE)
        text, count = draft.subn(lambda _: body, text)
        if count != 1:
            sys.exit(f"error: {util} has {count} functions {name}_in_rust where there should be one")
    shared = "use crate::square::{Square, count, is_dark};\n"
    if shared not in text:
        text = text.replace("use crate::exact;\n", "use crate::exact;\n" + shared, 1)
    util.write_text(text)
    (rust / "src" / "square.rs").write_text((BODIES / "square.rs").read_text())
    lib = rust / "src" / "lib.rs"
    text = lib.read_text()
    if "mod square;" not in text:
        lib.write_text(text.replace("mod exact;\n", "mod exact;\nmod square;\n", 1))


if __name__ == "__main__":
    put_in_place(Path(sys.argv[1]))
