/* The least program around an interpreter: libpython linked in, no site, no environment. What hello costs at least. */
#include <Python.h>

int main(void) {
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    /* The search for the standard library, relative to the program, would not find it. */
    PyStatus status = PyConfig_SetBytesString(&config, &config.home, HOME);
    if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status)) Py_ExitStatusException(status);
    int failed = PyRun_SimpleString("print('hello')");
    return Py_FinalizeEx() < 0 || failed;
}
