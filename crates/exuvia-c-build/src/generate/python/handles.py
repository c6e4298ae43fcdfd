_THREAD = 10
# Not imported where it is needed, which may be after Python has let go of what imports.
_warnings: Any = importlib.import_module("warnings")


class _Handle:
    """A value of the library's: given back by `close`, at the end of a `with`, or when it is no longer used."""

    __slots__ = ("_handle", "__weakref__")
    _handle: Any
    _free: Any

    def _hold(self, handle: Any) -> None:
        free, name = self._free, type(self).__name__

        def give_back(handle: Any) -> None:
            status = free(handle)
            if status == _THREAD:
                _warnings.warn(f"a {name} was left to another thread, which cannot give it back: close it", ResourceWarning, stacklevel=2)
            elif status:
                words = _ffi.string(_c.@PREFIX@_last_message()).decode()
                _warnings.warn(f"a {name} was not given back: {words}", RuntimeWarning, stacklevel=2)

        self._handle = _ffi.gc(handle, give_back)

    @classmethod
    def _of(cls, handle: Any) -> Self:
        value = cls.__new__(cls)
        value._hold(handle)
        return value

    def close(self) -> None:
        """Gives the value back. What is called on it afterwards raises `Freed`; closing it again does nothing."""
        status = self._free(self._handle)
        if status and _ERRORS.get(status) is not Freed:
            _fail(status)
        # There is nothing left to give back, and no message to be had of it in the middle of another call.
        _ffi.gc(self._handle, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()


def _handle(value: _Handle, kind: type[_Handle], name: str) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a {kind.__name__}, not {type(value).__name__}")
    return value._handle
