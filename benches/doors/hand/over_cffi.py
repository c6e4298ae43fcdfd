"""The library as its users would call it through cffi, by hand: `ffi` and `lib` are of either mode."""


def functions(ffi, lib):
    size, double = ffi.typeof("size_t *"), ffi.typeof("double *")

    def failed():
        raise RuntimeError(ffi.string(lib.doorbench_last_message()).decode())

    def letters(text):
        text = text.encode()
        result = ffi.new(size)
        if lib.doorbench_letters(text, len(text), result):
            failed()
        return result[0]

    def total(values):
        result = ffi.new(double)
        # As its documentation has it: what the memory is of is the caller's word.
        values = ffi.from_buffer("double[]", values)
        if lib.doorbench_total(values, len(values), result):
            failed()
        return result[0]

    def each(count, visit):
        raised = []

        @ffi.callback("int32_t(void *, int32_t)")
        def call(_context, value):
            try:
                visit(value)
            except BaseException as error:
                raised.append(error)
                return 1
            return 0

        if lib.doorbench_each(count, call, ffi.NULL):
            raise raised[0] if raised else failed()

    return {"add": lib.doorbench_add, "letters": letters, "total": total, "each": each}
