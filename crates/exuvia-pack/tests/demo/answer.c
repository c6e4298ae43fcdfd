/* An extension module that calls a shared library of its package's. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

extern int answer_from_library(void);

static PyObject *answer(PyObject *module, PyObject *unused)
{
    return PyLong_FromLong(answer_from_library());
}

static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, "The answer."}, {NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_answer", NULL, -1, methods};

PyMODINIT_FUNC PyInit__answer(void)
{
    return PyModule_Create(&definition);
}
