#ifndef ROMAN_H
#define ROMAN_H

/* Written by exuvia-c-build, and again whenever the library changes: changes here are lost. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * How a call went. What is not 0 has words, which roman_last_message() gives.
 */
enum roman_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * All is well.
     */
    ROMAN_OK = 0,
    /**
     * The function failed, with an error that has no code of its own.
     */
    ROMAN_FAILED = 1,
    /**
     * The function has a mistake in it.
     */
    ROMAN_PANICKED = 2,
    /**
     * A pointer that must lead somewhere is NULL.
     */
    ROMAN_NULL = 3,
    /**
     * A length is larger than anything in memory.
     */
    ROMAN_LENGTH = 4,
    /**
     * A pointer to numbers is not aligned as they are.
     */
    ROMAN_MISALIGNED = 5,
    /**
     * Memory that the function writes to is given to it twice.
     */
    ROMAN_OVERLAP = 6,
    /**
     * A text is not UTF-8.
     */
    ROMAN_UTF8 = 7,
    /**
     * A handle was freed, or never was one.
     */
    ROMAN_FREED = 8,
    /**
     * A handle is in use: by another thread, or by the call that this one comes from.
     */
    ROMAN_BUSY = 9,
    /**
     * A handle belongs to another thread.
     */
    ROMAN_THREAD = 10,
    /**
     * A callback wanted the function to stop.
     */
    ROMAN_STOPPED = 11,
    /**
     * The Romans had no sign for the number.
     */
    ROMAN_NUMERAL_ERROR_RANGE = 100,
    /**
     * A text is not what the number would be written as.
     */
    ROMAN_NUMERAL_ERROR_SPELLING = 101,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum roman_status roman_status;
#else
typedef int32_t roman_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Who keeps memory that a function made until it is given back.
 */
typedef struct roman_buffer roman_buffer;

/**
 * A text that a function made: `length` bytes of UTF-8 at `data`, and a NUL behind them. `owner` is given back.
 */
typedef struct roman_text {
    const char *data;
    size_t length;
    struct roman_buffer *owner;
} roman_text;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Writes a number from 1 to 3999 in Roman numerals.
 *
 * `result`: where the text goes; roman_buffer_free() takes its `owner` back.
 */
roman_status roman_write(uint32_t number, struct roman_text *result);

/**
 * Reads a Roman numeral, in capitals and as it is written today.
 *
 * `text`: `text_length` bytes of UTF-8, in which NULs may be.
 * `result`: where the result goes.
 */
roman_status roman_read(const char *text, size_t text_length, uint32_t *result);

/**
 * Whether a text is a Roman numeral.
 *
 * `text`: `text_length` bytes of UTF-8, in which NULs may be.
 * `result`: where the result goes.
 */
roman_status roman_is_numeral(const char *text, size_t text_length, bool *result);

/**
 * How many signs a number is written with; 0 where it cannot be written.
 */
uint32_t roman_length(uint32_t number);

/**
 * Gives memory back that a function made, by its `owner`.
 */
roman_status roman_buffer_free(struct roman_buffer *owner);

/**
 * What went wrong last in this thread, in words: UTF-8, and there until the next call that goes wrong.
 */
const char *roman_last_message(void);

/**
 * Copies what went wrong last in this thread with a status, in words: at most `length` bytes with the NUL, to where `buffer` leads.
 * Gives how long the whole is, without the NUL.
 */
size_t roman_copy_message(roman_status status,
                          char *buffer,
                          size_t length);

/**
 * What this library is a build of: its name, its version, and a digest of what this header declares.
 */
const char *roman_interface(void);

/**
 * For the Python package: what cffi calls these functions by, or NULL where no CPython is in this process.
 */
const void *roman_cffi(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* ROMAN_H */
