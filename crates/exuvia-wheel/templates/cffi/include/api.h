/* @NAME@ for C, C++ and everything that speaks to them.
 *
 * This file is the contract: src/lib.rs compiles only where it keeps it, and python/@MODULE@/_native/__init__.pyi says the
 * same to type checkers. What holds for every function:
 *
 * - Memory is the caller's. No function keeps a pointer, or frees one.
 * - Any thread may call any function at any time.
 * - Text ends with a NUL.
 * - A function that can fail returns a status, and writes nothing where that is not @UPPER@_GOOD.
 */
#ifndef @UPPER@_API_H
#define @UPPER@_API_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum @MODULE@_status {
    @UPPER@_GOOD = 0,
    @UPPER@_NO_BUFFER = 1,    /* the buffer is NULL */
    @UPPER@_OUT_OF_RANGE = 2, /* there is no answer for this number */
    @UPPER@_TOO_SHORT = 3     /* the answer and its NUL are longer than the buffer */
};

/* The greatest number that divides both; of 0 and 0 it is 0. Every argument has an answer. */
uint32_t @MODULE@_gcd(uint32_t a, uint32_t b);

/* The largest number that @MODULE@_roman takes; the smallest is 1. */
#define @UPPER@_ROMAN_MOST 3999

/* A buffer of this length holds every answer of @MODULE@_roman with its NUL: the longest is MMMDCCCLXXXVIII. */
#define @UPPER@_ROMAN_LENGTH 16

/* Writes `number` as a Roman numeral to `buffer`, which has room for `length` characters, the NUL included. */
enum @MODULE@_status @MODULE@_roman(uint32_t number, char *buffer, size_t length);

#ifdef __cplusplus
}
#endif

#endif
