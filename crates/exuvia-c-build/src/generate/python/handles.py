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
                _warnings.warn(f"a {name} was left to another thread, which cannot give it back: close it in its own", ResourceWarning, stacklevel=2)
            elif status:
                _warnings.warn(f"a {name} was not given back: {_message(status)}", RuntimeWarning, stacklevel=2)

        self._handle = _ffi.gc(handle, give_back)

    @classmethod
    def _of(cls, handle: Any) -> Self:
        value = cls.__new__(cls)
        value._hold(handle)
        return value

    def close(self) -> None:
        """Gives the value back. What is called on it afterwards raises `Freed`; closing it again does nothing."""
        status = self._free(self._handle)
        error = _ERRORS.get(status)
        if error is Busy or error is WrongThread:
            _fail(status)
        # There is nothing left to give back, whatever has happened when it was.
        _ffi.gc(self._handle, None)
        if status and error is not Freed:
            _fail(status)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()


def _handle(value: _Handle, kind: type[_Handle], name: str) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a {kind.__name__}, not {type(value).__name__}")
    return value._handle
