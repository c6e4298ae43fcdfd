/* Tells callgrind, under which Python runs, what to count. */

#include <Python.h>
#include <valgrind/callgrind.h>

/* From here on instructions are counted, or no longer. */
static PyObject *
toggle(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    CALLGRIND_TOGGLE_COLLECT;
    Py_RETURN_NONE;
}

/* Writes what has been counted to a file of its own, under a name, and begins at zero. */
static PyObject *
dump(PyObject *self, PyObject *name)
{
    const char *text = PyUnicode_AsUTF8(name);
    if (text == NULL)
        return NULL;
    CALLGRIND_DUMP_STATS_AT(text);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"toggle", toggle, METH_NOARGS, NULL},
    {"dump", dump, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "marks",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_marks(void)
{
    return PyModuleDef_Init(&definition);
}
