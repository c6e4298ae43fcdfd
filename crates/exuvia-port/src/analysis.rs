//! What a Python module's source says about its functions: where they are, and whether `port` can move them.
