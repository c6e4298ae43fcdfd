#ifndef DOORBENCH_H
#define DOORBENCH_H

/* Written by exuvia-c-build, and again whenever the library changes: changes here are lost. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * How a call went. What is not 0 has words, which doorbench_last_message() gives.
 */
enum doorbench_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * All is well.
     */
    DOORBENCH_OK = 0,
    /**
     * The function failed, with an error that has no code of its own.
     */
    DOORBENCH_FAILED = 1,
    /**
     * The function has a mistake in it.
     */
    DOORBENCH_PANICKED = 2,
    /**
     * A pointer that must lead somewhere is NULL.
     */
    DOORBENCH_NULL = 3,
    /**
     * A length is larger than anything in memory.
     */
    DOORBENCH_LENGTH = 4,
    /**
     * A pointer to numbers is not aligned as they are.
     */
    DOORBENCH_MISALIGNED = 5,
    /**
     * Memory that the function writes to is given to it twice.
     */
    DOORBENCH_OVERLAP = 6,
    /**
     * A text is not UTF-8.
     */
    DOORBENCH_UTF8 = 7,
    /**
     * A handle was freed, or never was one.
     */
    DOORBENCH_FREED = 8,
    /**
     * A handle is in use: by another thread, or by the call that this one comes from.
     */
    DOORBENCH_BUSY = 9,
    /**
     * A handle belongs to another thread.
     */
    DOORBENCH_THREAD = 10,
    /**
     * A callback wanted the function to stop.
     */
    DOORBENCH_STOPPED = 11,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum doorbench_status doorbench_status;
#else
typedef int32_t doorbench_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Who keeps memory that a function made until it is given back.
 */
typedef struct doorbench_buffer doorbench_buffer;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The sum of two numbers.
 */
int32_t doorbench_add(int32_t one, int32_t two);

/**
 * How many letters a text has.
 *
 * `text`: `text_length` bytes of UTF-8, in which NULs may be.
 * `result`: where the result goes.
 */
doorbench_status doorbench_letters(const char *text, size_t text_length, size_t *result);

/**
 * The sum of many numbers.
 *
 * `values`: `values_length` numbers, which nobody changes meanwhile.
 * `result`: where the result goes.
 */
doorbench_status doorbench_total(const double *values, size_t values_length, double *result);

/**
 * Calls back as often, with 0, 1, 2 …
 *
 * `visit`: called with `visit_context` first; it answers 0 to go on, and anything else to stop.
 */
doorbench_status doorbench_each(int32_t count,
                                int32_t (*visit)(void *context, int32_t value),
                                void *visit_context);

/**
 * How long the sum of many numbers takes here, with no door around it: seconds for each time.
 *
 * `values`: `values_length` numbers, which nobody changes meanwhile.
 * `result`: where the result goes.
 */
doorbench_status doorbench_seconds_of_total(const double *values,
                                            size_t values_length,
                                            uint32_t times,
                                            double *result);

/**
 * Gives memory back that a function made, by its `owner`.
 */
doorbench_status doorbench_buffer_free(struct doorbench_buffer *owner);

/**
 * What went wrong last in this thread, in words: UTF-8, and there until the next call that goes wrong.
 */
const char *doorbench_last_message(void);

/**
 * Copies what went wrong last in this thread with a status, in words: at most `length` bytes with the NUL, to where `buffer` leads.
 * Gives how long the whole is, without the NUL.
 */
size_t doorbench_copy_message(doorbench_status status,
                              char *buffer,
                              size_t length);

/**
 * What this library is a build of: its name, its version, and a digest of what this header declares.
 */
const char *doorbench_interface(void);

/**
 * For the Python package: what cffi calls these functions by, or NULL where no CPython is in this process.
 */
const void *doorbench_cffi(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* DOORBENCH_H */
