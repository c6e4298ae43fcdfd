#ifndef DOORS_H
#define DOORS_H

/* Written by exuvia-c-build, and again whenever the library changes: changes here are lost. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * How a call went. What is not 0 has words, which doors_last_message() gives.
 */
enum doors_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * All is well.
     */
    DOORS_OK = 0,
    /**
     * The function failed, with an error that has no code of its own.
     */
    DOORS_FAILED = 1,
    /**
     * The function has a mistake in it.
     */
    DOORS_PANICKED = 2,
    /**
     * A pointer that must lead somewhere is NULL.
     */
    DOORS_NULL = 3,
    /**
     * A length is larger than anything in memory.
     */
    DOORS_LENGTH = 4,
    /**
     * A pointer to numbers is not aligned as they are.
     */
    DOORS_MISALIGNED = 5,
    /**
     * Memory that the function writes to is given to it twice.
     */
    DOORS_OVERLAP = 6,
    /**
     * A text is not UTF-8.
     */
    DOORS_UTF8 = 7,
    /**
     * A handle was freed, or never was one.
     */
    DOORS_FREED = 8,
    /**
     * A handle is in use: by another thread, or by the call that this one comes from.
     */
    DOORS_BUSY = 9,
    /**
     * A handle belongs to another thread.
     */
    DOORS_THREAD = 10,
    /**
     * A callback wanted the function to stop.
     */
    DOORS_STOPPED = 11,
    /**
     * Nothing is there.
     */
    DOORS_NUMBER_ERROR_EMPTY = 100,
    /**
     * A letter is no digit.
     */
    DOORS_NUMBER_ERROR_DIGIT = 101,
    /**
     * Something is too large.
     */
    DOORS_TOO_LARGE = 200,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum doors_status doors_status;
#else
typedef int32_t doors_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * May go to another thread, and not be in two at once.
 *
 * A handle, and no address: doors_alone_free() gives it back. One that was given back is known for what it is.
 */
typedef struct doors_alone doors_alone;

/**
 * Who keeps memory that a function made until it is given back.
 */
typedef struct doors_buffer doors_buffer;

/**
 * Counts.
 *
 * A handle, and no address: doors_counter_free() gives it back. One that was given back is known for what it is.
 */
typedef struct doors_counter doors_counter;

/**
 * Stays in its thread.
 *
 * A handle, and no address: doors_local_free() gives it back. One that was given back is known for what it is.
 */
typedef struct doors_local doors_local;

/**
 * Panics when it is given back.
 *
 * A handle, and no address: doors_mine_free() gives it back. One that was given back is known for what it is.
 */
typedef struct doors_mine doors_mine;

/**
 * Numbers that a function made: `length` of them at `data`, which may be changed. `owner` is given back.
 */
typedef struct doors_u32_array {
    uint32_t *data;
    size_t length;
    struct doors_buffer *owner;
} doors_u32_array;

/**
 * Numbers that a function made: `length` of them at `data`, which may be changed. `owner` is given back.
 */
typedef struct doors_f32_array {
    float *data;
    size_t length;
    struct doors_buffer *owner;
} doors_f32_array;

/**
 * Numbers that a function made: `length` of them at `data`, which may be changed. `owner` is given back.
 */
typedef struct doors_f64_array {
    double *data;
    size_t length;
    struct doors_buffer *owner;
} doors_f64_array;

/**
 * A text that a function made: `length` bytes of UTF-8 at `data`, and a NUL behind them. `owner` is given back.
 */
typedef struct doors_text {
    const char *data;
    size_t length;
    struct doors_buffer *owner;
} doors_text;

/**
 * Numbers that a function made: `length` of them at `data`, which may be changed. `owner` is given back.
 */
typedef struct doors_u8_array {
    uint8_t *data;
    size_t length;
    struct doors_buffer *owner;
} doors_u8_array;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Begins with a number.
 *
 * `result`: where the handle goes; doors_counter_free() takes it back.
 */
doors_status doors_counter_new(int64_t from, struct doors_counter **result);

/**
 * Begins with the number in a text.
 *
 * `text`: `text_length` bytes of UTF-8, in which NULs may be.
 * `result`: where the handle goes; doors_counter_free() takes it back.
 */
doors_status doors_counter_read(const char *text, size_t text_length, struct doors_counter **result);

/**
 * How many counters there are.
 *
 * `result`: where the result goes.
 */
doors_status doors_counter_alive(uint32_t *result);

/**
 * Adds a number, and gives the count.
 *
 * `result`: where the result goes.
 */
doors_status doors_counter_add(struct doors_counter *handle, int64_t number, int64_t *result);

/**
 * The count.
 *
 * `result`: where the result goes.
 */
doors_status doors_counter_count(const struct doors_counter *handle, int64_t *result);

/**
 * Adds another's count.
 */
doors_status doors_counter_merge(struct doors_counter *handle, const struct doors_counter *other);

/**
 * Whether it is more than another's.
 *
 * `result`: where the result goes.
 */
doors_status doors_counter_exceeds(const struct doors_counter *handle,
                                   const struct doors_counter *other,
                                   bool *result);

/**
 * Another of the same count.
 *
 * `result`: where the handle goes; doors_counter_free() takes it back.
 */
doors_status doors_counter_twin(const struct doors_counter *handle, struct doors_counter **result);

/**
 * Calls back while it is in use.
 *
 * `visit`: called with `visit_context` first; it answers 0 to go on, and anything else to stop.
 */
doors_status doors_counter_visit(struct doors_counter *handle,
                                 int32_t (*visit)(void *context, int64_t value),
                                 void *visit_context);

/**
 * Calls back while it is looked at.
 *
 * `visit`: called with `visit_context` first; it answers 0 to go on, and anything else to stop.
 */
doors_status doors_counter_look(const struct doors_counter *handle,
                                int32_t (*visit)(void *context, int64_t value),
                                void *visit_context);

/**
 * Makes one.
 *
 * `result`: where the handle goes; doors_local_free() takes it back.
 */
doors_status doors_local_new(struct doors_local **result);

/**
 * The number.
 *
 * `result`: where the result goes.
 */
doors_status doors_local_count(const struct doors_local *handle, int32_t *result);

/**
 * Makes one.
 *
 * `result`: where the handle goes; doors_alone_free() takes it back.
 */
doors_status doors_alone_new(struct doors_alone **result);

/**
 * Counts the calls, without being changed.
 *
 * `result`: where the result goes.
 */
doors_status doors_alone_touch(const struct doors_alone *handle, int64_t *result);

/**
 * Makes one.
 *
 * `result`: where the handle goes; doors_mine_free() takes it back.
 */
doors_status doors_mine_new(struct doors_mine **result);

/**
 * The same.
 *
 * `result`: where the result goes.
 */
doors_status doors_same_i8(int8_t value, int8_t *result);

/**
 * The same.
 *
 * `result`: where the result goes.
 */
doors_status doors_same_i16(int16_t value, int16_t *result);

/**
 * The same.
 *
 * `result`: where the result goes.
 */
doors_status doors_same_i32(int32_t value, int32_t *result);

/**
 * The same.
 *
 * `result`: where the result goes.
 */
doors_status doors_same_i64(int64_t value, int64_t *result);

/**
 * The same.
 *
 * `result`: where the result goes.
 */
doors_status doors_same_isize(ptrdiff_t value, ptrdiff_t *result);

/**
 * The same.
 *
 * `result`: where the result goes.
 */
doors_status doors_same_u8(uint8_t value, uint8_t *result);

/**
 * The same.
 *
 * `result`: where the result goes.
 */
doors_status doors_same_u16(uint16_t value, uint16_t *result);

/**
 * The same.
 *
 * `result`: where the result goes.
 */
doors_status doors_same_u32(uint32_t value, uint32_t *result);

/**
 * The same.
 *
 * `result`: where the result goes.
 */
doors_status doors_same_u64(uint64_t value, uint64_t *result);

/**
 * The same.
 *
 * `result`: where the result goes.
 */
doors_status doors_same_usize(size_t value, size_t *result);

/**
 * The same.
 *
 * `result`: where the result goes.
 */
doors_status doors_same_f32(float value, float *result);

/**
 * The same.
 *
 * `result`: where the result goes.
 */
doors_status doors_same_f64(double value, double *result);

/**
 * The other.
 *
 * `result`: where the result goes.
 */
doors_status doors_other(bool value, bool *result);

/**
 * The sum of two numbers.
 */
int32_t doors_add(int32_t one, int32_t two);

/**
 * The sum of many.
 *
 * `values`: `values_length` numbers, which nobody changes meanwhile.
 * `result`: where the result goes.
 */
doors_status doors_total(const double *values, size_t values_length, double *result);

/**
 * The largest of some bytes.
 *
 * Nothing has none: -1.
 *
 * `values`: `values_length` numbers, which nobody changes meanwhile.
 * `result`: where the result goes.
 */
doors_status doors_largest(const uint8_t *values, size_t values_length, int32_t *result);

/**
 * Makes each value `factor` times as large.
 *
 * `values`: `values_length` numbers, which are changed, and which no other argument overlaps.
 */
doors_status doors_scale(double *values, size_t values_length, double factor);

/**
 * Copies numbers. Panics where there are more or less of them.
 *
 * `from`: `from_length` numbers, which nobody changes meanwhile.
 * `into`: `into_length` numbers, which are changed, and which no other argument overlaps.
 */
doors_status doors_copy(const int32_t *from, size_t from_length, int32_t *into, size_t into_length);

/**
 * Exchanges numbers.
 *
 * `one`: `one_length` numbers, which are changed, and which no other argument overlaps.
 * `two`: `two_length` numbers, which are changed, and which no other argument overlaps.
 */
doors_status doors_exchange(int64_t *one, size_t one_length, int64_t *two, size_t two_length);

/**
 * The first numbers.
 *
 * `result`: where the numbers go; doors_buffer_free() takes their `owner` back.
 */
doors_status doors_first(uint32_t count, struct doors_u32_array *result);

/**
 * As many halves.
 *
 * `result`: where the numbers go; doors_buffer_free() takes their `owner` back.
 */
doors_status doors_halves(size_t count, struct doors_f32_array *result);

/**
 * Calls back with each value.
 *
 * `values`: `values_length` numbers, which nobody changes meanwhile.
 * `visit`: called with `visit_context` first; it answers 0 to go on, and anything else to stop.
 */
doors_status doors_each(const double *values,
                        size_t values_length,
                        int32_t (*visit)(void *context, double value),
                        void *visit_context);

/**
 * Each value as a callback has it, with its position.
 *
 * `values`: `values_length` numbers, which nobody changes meanwhile.
 * `change`: called with `change_context` first, and writes what it finds to `result`; it answers 0 to go on, and anything else to stop.
 * `result`: where the numbers go; doors_buffer_free() takes their `owner` back.
 */
doors_status doors_map(const double *values,
                       size_t values_length,
                       int32_t (*change)(void *context, double value_1, uint32_t value_2, double *result),
                       void *change_context,
                       struct doors_f64_array *result);

/**
 * Calls back, and goes on as if nothing had been said.
 *
 * `visit`: called with `visit_context` first; it answers 0 to go on, and anything else to stop.
 * `result`: where the result goes.
 */
doors_status doors_deaf(int32_t (*visit)(void *context, double value), void *visit_context, uint32_t *result);

/**
 * Its own name is that of its parameter.
 *
 * `result`: where the result goes.
 */
doors_status doors_length(double length, double *result);

/**
 * As the function that C calls would be called.
 */
int32_t doors_shim(int32_t value);

/**
 * Has a mistake in it. C's comments end in `* /`, and this one does not.
 *
 * `result`: where the result goes.
 */
doors_status doors_mistaken(size_t at, int32_t *result);

/**
 * How often `part` is in `text`.
 *
 * `text`: `text_length` bytes of UTF-8, in which NULs may be.
 * `part`: `part_length` bytes of UTF-8, in which NULs may be.
 * `result`: where the result goes.
 */
doors_status doors_count(const char *text,
                         size_t text_length,
                         const char *part,
                         size_t part_length,
                         size_t *result);

/**
 * The text in capitals.
 *
 * `text`: `text_length` bytes of UTF-8, in which NULs may be.
 * `result`: where the text goes; doors_buffer_free() takes its `owner` back.
 */
doors_status doors_capitals(const char *text, size_t text_length, struct doors_text *result);

/**
 * The bytes of a text.
 *
 * `text`: `text_length` bytes of UTF-8, in which NULs may be.
 * `result`: where the numbers go; doors_buffer_free() takes their `owner` back.
 */
doors_status doors_encoded(const char *text, size_t text_length, struct doors_u8_array *result);

/**
 * How many bytes are in front of the NUL.
 *
 * `text`: a text that ends in a NUL.
 * `result`: where the result goes.
 */
doors_status doors_c_length(const char *text, size_t *result);

/**
 * Reads a number.
 *
 * `text`: `text_length` bytes of UTF-8, in which NULs may be.
 * `result`: where the result goes.
 */
doors_status doors_number(const char *text, size_t text_length, uint64_t *result);

/**
 * Always.
 */
doors_status doors_too_large(void);

/**
 * Fails with these words.
 *
 * `words`: `words_length` bytes of UTF-8, in which NULs may be.
 */
doors_status doors_fail(const char *words, size_t words_length);

/**
 * Reads a file's text: the error of the system has no code of its own.
 *
 * `path`: `path_length` bytes of UTF-8, in which NULs may be.
 * `result`: where the text goes; doors_buffer_free() takes its `owner` back.
 */
doors_status doors_contents(const char *path, size_t path_length, struct doors_text *result);

/**
 * A name that Python needs for itself, and parameters that do too.
 *
 * `result_out`: where the result goes.
 */
doors_status doors_type(int32_t lambda, int32_t len, int32_t result, int32_t *result_out);

/**
 * Texts as they are after a callback, which may change what C gave.
 *
 * `text`: `text_length` bytes of UTF-8, in which NULs may be.
 * `name`: a text that ends in a NUL.
 * `visit`: called with `visit_context` first; it answers 0 to go on, and anything else to stop.
 * `result`: where the text goes; doors_buffer_free() takes its `owner` back.
 */
doors_status doors_after(const char *text,
                         size_t text_length,
                         const char *name,
                         int32_t (*visit)(void *context, double value),
                         void *visit_context,
                         struct doors_text *result);

/**
 * What its callback answers to a number, whatever that is called.
 *
 * `answer`: called with `answer_context` first, and writes what it finds to `result`; it answers 0 to go on, and anything else to stop.
 * `result`: where the result goes.
 */
doors_status doors_ask(int32_t (*answer)(void *context, double value, double *result),
                       void *answer_context,
                       double *result);

/**
 * Names that C, C++ and their headers have already.
 */
int32_t doors_names(int32_t unix_,
                    int32_t linux_,
                    int32_t restrict_,
                    int32_t and_,
                    int32_t xor_,
                    int32_t class_,
                    int32_t template_,
                    int32_t int_,
                    int32_t errno_,
                    int32_t type_);

/**
 * Gives a handle back. NULL is given back as in free(): nothing happens.
 */
doors_status doors_counter_free(struct doors_counter *handle);

/**
 * Gives a handle back. NULL is given back as in free(): nothing happens.
 */
doors_status doors_local_free(struct doors_local *handle);

/**
 * Gives a handle back. NULL is given back as in free(): nothing happens.
 */
doors_status doors_alone_free(struct doors_alone *handle);

/**
 * Gives a handle back. NULL is given back as in free(): nothing happens.
 */
doors_status doors_mine_free(struct doors_mine *handle);

/**
 * Gives memory back that a function made, by its `owner`.
 */
doors_status doors_buffer_free(struct doors_buffer *owner);

/**
 * What went wrong last in this thread, in words: UTF-8, and there until the next call that goes wrong.
 */
const char *doors_last_message(void);

/**
 * Copies what went wrong last in this thread with a status, in words: at most `length` bytes with the NUL, to where `buffer` leads.
 * Gives how long the whole is, without the NUL.
 */
size_t doors_copy_message(doors_status status,
                          char *buffer,
                          size_t length);

/**
 * What this library is a build of: its name, its version, and a digest of what this header declares.
 */
const char *doors_interface(void);

/**
 * For the Python package: what cffi calls these functions by, or NULL where no CPython is in this process.
 */
const void *doors_cffi(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* DOORS_H */
