/* The functions and classes that are measured, by hand against CPython's C API: what the other rows are compared with.

   Each function has the cheapest calling convention that its signature allows; keyword names are interned and compared
   by pointer first; exact types are read by their fields; the classes are static, made by vectorcall, and their fields
   are plain members. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include <stdint.h>
#include <string.h>

#define FASTCALL(function) ((PyCFunction)(void (*)(void))(function))

/* Arguments */

/* The value of an int; -1 with an exception set when it is none or too large. */
static inline int
as_int64(PyObject *object, int64_t *value)
{
#if PY_VERSION_HEX >= 0x030C0000
    if (PyLong_CheckExact(object) && PyUnstable_Long_IsCompact((PyLongObject *)object)) {
        *value = PyUnstable_Long_CompactValue((PyLongObject *)object);
        return 0;
    }
#endif
    *value = PyLong_AsLongLong(object);
    return *value == -1 && PyErr_Occurred() ? -1 : 0;
}

static inline int
as_double(PyObject *object, double *value)
{
    if (PyFloat_CheckExact(object)) {
        *value = PyFloat_AS_DOUBLE(object);
        return 0;
    }
    *value = PyFloat_AsDouble(object);
    return *value == -1.0 && PyErr_Occurred() ? -1 : 0;
}

static int
expect_count(const char *name, Py_ssize_t given, Py_ssize_t expected)
{
    if (given == expected)
        return 0;
    PyErr_Format(PyExc_TypeError, "%s() takes exactly %zd arguments (%zd given)", name, expected, given);
    return -1;
}

/* Point */

typedef struct {
    PyObject_HEAD
    double x;
    double y;
} Point;

static PyTypeObject Point_Type;
static PyTypeObject Fixed_Type;

static inline int
is_point(PyObject *object)
{
    return Py_IS_TYPE(object, &Point_Type);
}

/* The memory of dead instances, which the next ones take: as CPython's own small types keep it. Point and Fixed are equally
   large, and neither can be subclassed. */
#define MOST_KEPT 16
static PyObject *kept[MOST_KEPT];
static int kept_count = 0;

static inline PyObject *
new_point(PyTypeObject *type, double x, double y)
{
    Point *self;
    if (kept_count > 0)
        self = (Point *)PyObject_Init(kept[--kept_count], type);
    else if ((self = PyObject_New(Point, type)) == NULL)
        return NULL;
    self->x = x;
    self->y = y;
    return (PyObject *)self;
}

static void
Point_dealloc(PyObject *self)
{
    if (kept_count < MOST_KEPT)
        kept[kept_count++] = self;
    else
        PyObject_Free(self);
}

static PyObject *
Point_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"x", "y", NULL};
    double x, y;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "dd", names, &x, &y))
        return NULL;
    return new_point(type, x, y);
}

static PyObject *
Point_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    double x, y;
    if (kwnames == NULL && PyVectorcall_NARGS(nargsf) == 2) {
        if (as_double(args[0], &x) < 0 || as_double(args[1], &y) < 0)
            return NULL;
        return new_point((PyTypeObject *)type, x, y);
    }
    /* Keywords, or a wrong number of arguments: the way with a tuple and a dict knows them all. */
    Py_ssize_t given = PyVectorcall_NARGS(nargsf);
    PyObject *tuple = PyTuple_New(given);
    PyObject *kwargs = NULL, *result = NULL;
    if (tuple == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < given; i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(args[i]));
    if (kwnames != NULL) {
        kwargs = PyDict_New();
        if (kwargs == NULL)
            goto done;
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(kwnames); i++)
            if (PyDict_SetItem(kwargs, PyTuple_GET_ITEM(kwnames, i), args[given + i]) < 0)
                goto done;
    }
    result = Point_new((PyTypeObject *)type, tuple, kwargs);
done:
    Py_DECREF(tuple);
    Py_XDECREF(kwargs);
    return result;
}

static PyObject *
Point_product(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return PyFloat_FromDouble(((Point *)self)->x * ((Point *)self)->y);
}

static PyObject *
Point_scaled(PyObject *self, PyObject *arg)
{
    double factor;
    if (as_double(arg, &factor) < 0)
        return NULL;
    return PyFloat_FromDouble(((Point *)self)->x * ((Point *)self)->y * factor);
}

static PyObject *
Point_shift(PyObject *self, PyObject *arg)
{
    double dx;
    if (as_double(arg, &dx) < 0)
        return NULL;
    ((Point *)self)->x += dx;
    Py_RETURN_NONE;
}

static PyObject *
Point_dot(PyObject *self, PyObject *arg)
{
    if (!is_point(arg)) {
        PyErr_Format(PyExc_TypeError, "expected a Point, got '%s'", Py_TYPE(arg)->tp_name);
        return NULL;
    }
    Point *a = (Point *)self, *b = (Point *)arg;
    return PyFloat_FromDouble(a->x * b->x + a->y * b->y);
}

static Py_ssize_t
Point_length(PyObject *Py_UNUSED(self))
{
    return 2;
}

static PyObject *
Point_add(PyObject *left, PyObject *right)
{
    if (!is_point(left) || !is_point(right))
        Py_RETURN_NOTIMPLEMENTED;
    Point *a = (Point *)left, *b = (Point *)right;
    return new_point(&Point_Type, a->x + b->x, a->y + b->y);
}

static PyObject *
Point_richcompare(PyObject *left, PyObject *right, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !is_point(right))
        Py_RETURN_NOTIMPLEMENTED;
    Point *a = (Point *)left, *b = (Point *)right;
    int equal = a->x == b->x && a->y == b->y;
    return Py_NewRef(equal == (op == Py_EQ) ? Py_True : Py_False);
}

static Py_hash_t
Point_hash(PyObject *self)
{
    uint64_t x, y;
    memcpy(&x, &((Point *)self)->x, sizeof x);
    memcpy(&y, &((Point *)self)->y, sizeof y);
    Py_hash_t hash = (Py_hash_t)(x ^ (y << 32 | y >> 32));
    return hash == -1 ? -2 : hash;
}

static PyObject *
Point_subscript(PyObject *self, PyObject *key)
{
    int64_t index;
    if (as_int64(key, &index) < 0)
        return NULL;
    if (index == 0)
        return PyFloat_FromDouble(((Point *)self)->x);
    if (index == 1)
        return PyFloat_FromDouble(((Point *)self)->y);
    PyErr_SetString(PyExc_IndexError, "0 or 1");
    return NULL;
}

static PyMemberDef Point_members[] = {
    {"x", T_DOUBLE, offsetof(Point, x), 0, NULL},
    {"y", T_DOUBLE, offsetof(Point, y), 0, NULL},
    {NULL},
};

static PyMethodDef Point_methods[] = {
    {"product", Point_product, METH_NOARGS, NULL},
    {"scaled", Point_scaled, METH_O, NULL},
    {"shift", Point_shift, METH_O, NULL},
    {"dot", Point_dot, METH_O, NULL},
    {NULL},
};

static PyNumberMethods Point_as_number = {.nb_add = Point_add};
static PyMappingMethods Point_as_mapping = {.mp_length = Point_length, .mp_subscript = Point_subscript};

static PyTypeObject Point_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "calls.Point",
    .tp_basicsize = sizeof(Point),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .tp_dealloc = Point_dealloc,
    .tp_new = Point_new,
    .tp_vectorcall = Point_vectorcall,
    .tp_members = Point_members,
    .tp_methods = Point_methods,
    .tp_as_number = &Point_as_number,
    .tp_as_mapping = &Point_as_mapping,
    .tp_richcompare = Point_richcompare,
    .tp_hash = Point_hash,
};

/* Fixed: the same data, without a way to change it. */

static PyMethodDef Fixed_methods[] = {
    {"product", Point_product, METH_NOARGS, NULL},
    {NULL},
};

static PyTypeObject Fixed_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "calls.Fixed",
    .tp_basicsize = sizeof(Point),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .tp_dealloc = Point_dealloc,
    .tp_new = Point_new,
    .tp_vectorcall = Point_vectorcall,
    .tp_methods = Fixed_methods,
};

/* Countdown */

typedef struct {
    PyObject_HEAD
    uint32_t left;
} Countdown;

static PyTypeObject Countdown_Type;

static PyObject *
Countdown_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"left", NULL};
    unsigned int left;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "I", names, &left))
        return NULL;
    Countdown *self = PyObject_New(Countdown, type);
    if (self != NULL)
        self->left = left;
    return (PyObject *)self;
}

static PyObject *
Countdown_next(PyObject *self)
{
    Countdown *countdown = (Countdown *)self;
    if (countdown->left == 0)
        return NULL;
    return PyLong_FromUnsignedLong(--countdown->left);
}

static PyTypeObject Countdown_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "calls.Countdown",
    .tp_basicsize = sizeof(Countdown),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .tp_new = Countdown_new,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = Countdown_next,
};

/* Functions */

static PyObject *
noop(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    Py_RETURN_NONE;
}

static PyObject *
add(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    int64_t a, b;
    if (expect_count("add", nargs, 2) < 0 || as_int64(args[0], &a) < 0 || as_int64(args[1], &b) < 0)
        return NULL;
    return PyLong_FromLongLong((int64_t)((uint64_t)a + (uint64_t)b));
}

static PyObject *
length(PyObject *Py_UNUSED(module), PyObject *text)
{
    Py_ssize_t size;
    /* Refuses what is no str, and keeps the UTF-8 in the string where it is not ASCII. */
    if (PyUnicode_AsUTF8AndSize(text, &size) == NULL)
        return NULL;
    return PyLong_FromSsize_t(size);
}

static PyObject *
greeting(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    static const char text[] = "hello, world";
    return PyUnicode_FromStringAndSize(text, sizeof text - 1);
}

static PyObject *
size(PyObject *Py_UNUSED(module), PyObject *data)
{
    if (!PyBytes_Check(data)) {
        PyErr_Format(PyExc_TypeError, "expected bytes, got '%s'", Py_TYPE(data)->tp_name);
        return NULL;
    }
    return PyLong_FromSsize_t(PyBytes_GET_SIZE(data));
}

/* The interned names of the parameters of `keywords`. */
static PyObject *name_a, *name_b, *name_count;

/* Which parameter a keyword names: 0 to 2, or -1 with an exception set. */
static int
find_keyword(PyObject *keyword)
{
    PyObject *names[] = {name_a, name_b, name_count};
    for (int i = 0; i < 3; i++)
        if (keyword == names[i])
            return i;
    for (int i = 0; i < 3; i++) {
        int equal = PyObject_RichCompareBool(keyword, names[i], Py_EQ);
        if (equal != 0)
            return equal < 0 ? -1 : i;
    }
    PyErr_Format(PyExc_TypeError, "keywords() got an unexpected keyword argument '%U'", keyword);
    return -1;
}

static PyObject *
keywords(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    PyObject *bound[3] = {NULL, NULL, NULL};
    if (nargs > 2) {
        PyErr_Format(PyExc_TypeError, "keywords() takes at most 2 positional arguments (%zd given)", nargs);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < nargs; i++)
        bound[i] = args[i];
    if (kwnames != NULL) {
        Py_ssize_t named = PyTuple_GET_SIZE(kwnames);
        for (Py_ssize_t i = 0; i < named; i++) {
            int slot = find_keyword(PyTuple_GET_ITEM(kwnames, i));
            if (slot < 0)
                return NULL;
            if (bound[slot] != NULL) {
                PyErr_SetString(PyExc_TypeError, "keywords() got multiple values for an argument");
                return NULL;
            }
            bound[slot] = args[nargs + i];
        }
    }
    if (bound[0] == NULL) {
        PyErr_SetString(PyExc_TypeError, "keywords() missing required argument 'a'");
        return NULL;
    }
    int64_t a, b = 2, count = 3;
    if (as_int64(bound[0], &a) < 0)
        return NULL;
    if (bound[1] != NULL && bound[1] != Py_None && as_int64(bound[1], &b) < 0)
        return NULL;
    if (bound[2] != NULL && as_int64(bound[2], &count) < 0)
        return NULL;
    return PyLong_FromLongLong(a + b + count);
}

static PyObject *
count(PyObject *Py_UNUSED(module), PyObject *const *Py_UNUSED(args), Py_ssize_t nargs)
{
    return PyLong_FromSsize_t(nargs);
}

static PyObject *
sum(PyObject *Py_UNUSED(module), PyObject *items)
{
    PyObject *fast = PySequence_Fast(items, "expected a sequence");
    if (fast == NULL)
        return NULL;
    double total = 0.0;
    /* The size is read each time: __float__ of an item can change the list. */
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(fast); i++) {
        PyObject *item = PySequence_Fast_GET_ITEM(fast, i);
        if (PyFloat_CheckExact(item)) {
            total += PyFloat_AS_DOUBLE(item);
            continue;
        }
        Py_INCREF(item);
        double value = PyFloat_AsDouble(item);
        Py_DECREF(item);
        if (value == -1.0 && PyErr_Occurred()) {
            Py_DECREF(fast);
            return NULL;
        }
        total += value;
    }
    Py_DECREF(fast);
    return PyFloat_FromDouble(total);
}

static PyObject *
numbers(PyObject *Py_UNUSED(module), PyObject *arg)
{
    unsigned long count = PyLong_AsUnsignedLong(arg);
    if (count == (unsigned long)-1 && PyErr_Occurred())
        return NULL;
    PyObject *list = PyList_New((Py_ssize_t)count);
    if (list == NULL)
        return NULL;
    for (unsigned long i = 0; i < count; i++) {
        PyObject *item = PyLong_FromUnsignedLong(i);
        if (item == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    }
    return list;
}

static PyObject *
total(PyObject *Py_UNUSED(module), PyObject *mapping)
{
    if (!PyDict_Check(mapping)) {
        PyErr_Format(PyExc_TypeError, "expected a dict, got '%s'", Py_TYPE(mapping)->tp_name);
        return NULL;
    }
    int64_t total = 0, number;
    Py_ssize_t position = 0;
    PyObject *key, *value;
    while (PyDict_Next(mapping, &position, &key, &value)) {
        if (!PyLong_Check(value)) {
            PyErr_Format(PyExc_TypeError, "expected an int, got '%s'", Py_TYPE(value)->tp_name);
            return NULL;
        }
        if (as_int64(value, &number) < 0)
            return NULL;
        total += number;
    }
    return PyLong_FromLongLong(total);
}

static PyObject *
squares(PyObject *Py_UNUSED(module), PyObject *arg)
{
    unsigned long count = PyLong_AsUnsignedLong(arg);
    if (count == (unsigned long)-1 && PyErr_Occurred())
        return NULL;
    PyObject *dict = PyDict_New();
    if (dict == NULL)
        return NULL;
    for (unsigned long i = 0; i < count; i++) {
        PyObject *key = PyLong_FromUnsignedLong(i);
        PyObject *value = PyLong_FromUnsignedLong(i * i);
        int failed = key == NULL || value == NULL || PyDict_SetItem(dict, key, value) < 0;
        Py_XDECREF(key);
        Py_XDECREF(value);
        if (failed) {
            Py_DECREF(dict);
            return NULL;
        }
    }
    return dict;
}

static PyObject *
swap(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    int64_t a, b;
    if (expect_count("swap", nargs, 2) < 0 || as_int64(args[0], &a) < 0 || as_int64(args[1], &b) < 0)
        return NULL;
    PyObject *pair = PyTuple_New(2);
    if (pair == NULL)
        return NULL;
    PyObject *first = PyLong_FromLongLong(b), *second = PyLong_FromLongLong(a);
    PyTuple_SET_ITEM(pair, 0, first);
    PyTuple_SET_ITEM(pair, 1, second);
    if (first == NULL || second == NULL) {
        Py_DECREF(pair);
        return NULL;
    }
    return pair;
}

static PyObject *
fail(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyErr_SetString(PyExc_ValueError, "failed");
    return NULL;
}

static PyObject *
apply(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs)
{
    int64_t count, total = 0, value;
    if (expect_count("apply", nargs, 2) < 0 || as_int64(args[1], &count) < 0)
        return NULL;
    for (int64_t i = 0; i < count; i++) {
        /* The free place before the argument lets a method of Python's put its `self` there. */
        PyObject *stack[2] = {NULL, PyLong_FromLongLong(i)};
        if (stack[1] == NULL)
            return NULL;
        PyObject *result = PyObject_Vectorcall(args[0], stack + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
        Py_DECREF(stack[1]);
        if (result == NULL)
            return NULL;
        int failed = as_int64(result, &value);
        Py_DECREF(result);
        if (failed < 0)
            return NULL;
        total += value;
    }
    return PyLong_FromLongLong(total);
}

static PyObject *
sum_buffer(PyObject *Py_UNUSED(module), PyObject *object)
{
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) < 0)
        return NULL;
    if (view.format == NULL || strcmp(view.format, "d") != 0) {
        PyBuffer_Release(&view);
        PyErr_SetString(PyExc_BufferError, "expected a buffer of doubles");
        return NULL;
    }
    const double *values = view.buf;
    Py_ssize_t count = view.len / (Py_ssize_t)sizeof(double);
    double total = 0.0;
    for (Py_ssize_t i = 0; i < count; i++)
        total += values[i];
    PyBuffer_Release(&view);
    return PyFloat_FromDouble(total);
}

static PyMethodDef functions[] = {
    {"noop", noop, METH_NOARGS, NULL},
    {"add", FASTCALL(add), METH_FASTCALL, NULL},
    {"length", length, METH_O, NULL},
    {"greeting", greeting, METH_NOARGS, NULL},
    {"size", size, METH_O, NULL},
    {"keywords", FASTCALL(keywords), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"count", FASTCALL(count), METH_FASTCALL, NULL},
    {"sum", sum, METH_O, NULL},
    {"numbers", numbers, METH_O, NULL},
    {"total", total, METH_O, NULL},
    {"squares", squares, METH_O, NULL},
    {"swap", FASTCALL(swap), METH_FASTCALL, NULL},
    {"fail", fail, METH_NOARGS, NULL},
    {"apply", FASTCALL(apply), METH_FASTCALL, NULL},
    {"sum_buffer", sum_buffer, METH_O, NULL},
    {NULL},
};

static int
exec_module(PyObject *module)
{
    if ((name_a = PyUnicode_InternFromString("a")) == NULL ||
        (name_b = PyUnicode_InternFromString("b")) == NULL ||
        (name_count = PyUnicode_InternFromString("count")) == NULL)
        return -1;
    if (PyModule_AddType(module, &Point_Type) < 0 || PyModule_AddType(module, &Fixed_Type) < 0 ||
        PyModule_AddType(module, &Countdown_Type) < 0)
        return -1;
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec_module},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
    {0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "calls",
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_calls(void)
{
    return PyModuleDef_Init(&definition);
}
