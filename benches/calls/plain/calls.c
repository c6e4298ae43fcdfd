/* A C library that knows nothing of Python: what cffi and ctypes load. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "calls.h"

void
noop(void)
{
}

int64_t
add(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

size_t
length(const char *text)
{
    return strlen(text);
}

const char *
greeting(void)
{
    return "hello, world";
}

size_t
size(const uint8_t *data, size_t count)
{
    (void)data;
    return count;
}

double
sum(const double *items, size_t count)
{
    double total = 0.0;
    for (size_t i = 0; i < count; i++)
        total += items[i];
    return total;
}

void
numbers(uint32_t *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        items[i] = (uint32_t)i;
}

int64_t
apply(int64_t (*function)(int64_t), int64_t count)
{
    int64_t total = 0;
    for (int64_t i = 0; i < count; i++)
        total += function(i);
    return total;
}
