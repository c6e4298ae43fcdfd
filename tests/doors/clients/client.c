/* What C and C++ do with the library, right and wrong. Says where something is not as it should be, and ends with 1. */

#include "doors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int problems = 0;

#define CHECK(condition)                                                     \
    do {                                                                     \
        if (!(condition)) {                                                  \
            problems++;                                                      \
            fprintf(stderr, "line %d: not so: %s\n", __LINE__, #condition);  \
        }                                                                    \
    } while (0)

#define FAILS(call, expected, words)                                                         \
    do {                                                                                     \
        doors_status status_ = (call);                                                      \
        if (status_ != (expected) || strstr(doors_last_message(), (words)) == NULL) {        \
            problems++;                                                                      \
            fprintf(stderr, "line %d: %s is %d: %s\n", __LINE__, #call, (int)status_,        \
                    doors_last_message());                                                   \
        }                                                                                    \
    } while (0)

static int32_t keep(void *context, double value) {
    *(double *)context += value;
    return 0;
}

static int32_t spoil(void *context, double value) {
    (void)value;
    ((char *)context)[0] = '\xf4';
    return 0;
}

static int32_t stop_at_two(void *context, double value) {
    *(int *)context += 1;
    return value >= 2.0;
}

static int32_t twice(void *context, double value, uint32_t at, double *result) {
    (void)context;
    *result = 2.0 * value + at;
    return 0;
}

static int32_t free_it(void *context, int64_t count) {
    doors_counter *counter = (doors_counter *)context;
    (void)count;
    return doors_counter_free(counter) == DOORS_BUSY ? 0 : 1;
}

static void numbers(void) {
    int64_t big = 0;
    CHECK(doors_same_i64(INT64_MIN, &big) == DOORS_OK && big == INT64_MIN);
    FAILS(doors_same_i64(1, NULL), DOORS_NULL, "result is NULL");
    CHECK(doors_add(INT32_MAX, 1) == INT32_MIN);

    double values[3] = {1.0, 2.0, 4.0};
    double sum = 0.0;
    CHECK(doors_total(values, 3, &sum) == DOORS_OK && sum == 7.0);
    CHECK(doors_total(NULL, 0, &sum) == DOORS_OK && sum == 0.0);
    FAILS(doors_total(NULL, 1, &sum), DOORS_NULL, "values is NULL");
    FAILS(doors_total(values, SIZE_MAX, &sum), DOORS_LENGTH, "values is told to be of length 18446744073709551615");
    FAILS(doors_total(values, (size_t)PTRDIFF_MAX / 8 + 1, &sum), DOORS_LENGTH, "nothing is so long");
    FAILS(doors_total((const double *)((const char *)values + 4), 1, &sum), DOORS_MISALIGNED, "a multiple of 8");
    CHECK(doors_scale(values, 3, 2.0) == DOORS_OK && values[2] == 8.0);

    int32_t whole[4] = {1, 2, 3, 4};
    CHECK(doors_copy(whole, 2, whole + 2, 2) == DOORS_OK && whole[3] == 2);
    FAILS(doors_copy(whole, 3, whole + 1, 3), DOORS_OVERLAP, "into and from overlap");
    FAILS(doors_copy(whole, 2, whole + 2, 1), DOORS_PANICKED, "panicked: ");

    doors_u32_array made;
    CHECK(doors_first(4, &made) == DOORS_OK && made.length == 4 && made.data[3] == 3);
    made.data[3] = 7;
    CHECK(doors_buffer_free(made.owner) == DOORS_OK);
    FAILS(doors_buffer_free(made.owner), DOORS_FREED, "the buffer was freed");
    CHECK(doors_buffer_free(NULL) == DOORS_OK);
    FAILS(doors_buffer_free((doors_buffer *)values), DOORS_FREED, "the buffer was freed");
}

static void texts(void) {
    size_t count = 0;
    CHECK(doors_count("a\0a", 3, "a", 1, &count) == DOORS_OK && count == 2);
    FAILS(doors_count(NULL, 2, "a", 1, &count), DOORS_NULL, "text is NULL");
    FAILS(doors_count("\xff", 1, "a", 1, &count), DOORS_UTF8, "text is not UTF-8");
    FAILS(doors_count("a", SIZE_MAX, "a", 1, &count), DOORS_LENGTH, "nothing is so long");
    FAILS(doors_c_length(NULL, &count), DOORS_NULL, "text is NULL");
    CHECK(doors_c_length("four", &count) == DOORS_OK && count == 4);

    doors_text text;
    CHECK(doors_capitals("gr\xc3\xbc\xc3\x9f" "e", 7, &text) == DOORS_OK);
    CHECK(text.length == 7 && strcmp(text.data, "GR\xc3\x9cSSE") == 0);
    CHECK(doors_buffer_free(text.owner) == DOORS_OK);

    uint64_t number = 5;
    FAILS(doors_number("", 0, &number), DOORS_NUMBER_ERROR_EMPTY, "nothing is there");
    FAILS(doors_number("1x", 2, &number), DOORS_NUMBER_ERROR_DIGIT, "'x' is no digit");
    CHECK(number == 5);
    FAILS(doors_too_large(), DOORS_TOO_LARGE, "too large");
    FAILS(doors_contents("/no/such/file", 13, &text), DOORS_FAILED, "No such file");
}

static void callbacks(void) {
    double values[3] = {1.0, 2.0, 3.0};
    double sum = 0.0;
    int calls = 0;
    CHECK(doors_each(values, 3, keep, &sum) == DOORS_OK && sum == 6.0);
    FAILS(doors_each(values, 3, stop_at_two, &calls), DOORS_STOPPED, "stopped by the callback");
    CHECK(calls == 2);
    FAILS(doors_each(values, 3, NULL, NULL), DOORS_NULL, "visit is NULL");
    char word[] = "word";
    doors_text spoilt;
    CHECK(doors_after(word, 4, word, spoil, word, &spoilt) == DOORS_OK && strcmp(spoilt.data, "word word") == 0);
    CHECK(doors_buffer_free(spoilt.owner) == DOORS_OK && word[0] == '\xf4');
    CHECK(doors_names(1, 1, 1, 1, 1, 1, 1, 1, 1, 1) == 10);
    doors_f64_array made;
    CHECK(doors_map(values, 3, twice, NULL, &made) == DOORS_OK && made.length == 3 && made.data[2] == 8.0);
    CHECK(doors_buffer_free(made.owner) == DOORS_OK);
}

static void handles(void) {
    doors_counter *counter = NULL, *twin = NULL;
    int64_t count = 0;
    uint32_t alive = 9;
    CHECK(doors_counter_new(5, &counter) == DOORS_OK && counter != NULL);
    CHECK(doors_counter_add(counter, 3, &count) == DOORS_OK && count == 8);
    CHECK(doors_counter_twin(counter, &twin) == DOORS_OK && twin != counter);
    CHECK(doors_counter_merge(counter, twin) == DOORS_OK);
    FAILS(doors_counter_merge(counter, counter), DOORS_BUSY, "the Counter is in use");
    CHECK(doors_counter_visit(counter, free_it, counter) == DOORS_OK);
    CHECK(doors_counter_count(counter, &count) == DOORS_OK && count == 16);
    CHECK(doors_counter_free(counter) == DOORS_OK);
    FAILS(doors_counter_free(counter), DOORS_FREED, "the Counter was freed");
    FAILS(doors_counter_count(counter, &count), DOORS_FREED, "the Counter was freed");
    FAILS(doors_counter_count(NULL, &count), DOORS_NULL, "the Counter is NULL");
    FAILS(doors_counter_count((doors_counter *)&count, &count), DOORS_FREED, "the Counter was freed");
    CHECK(doors_counter_free(twin) == DOORS_OK);
    CHECK(doors_counter_free(NULL) == DOORS_OK);
    FAILS(doors_counter_read("x", 1, &counter), DOORS_FAILED, "invalid digit");
    CHECK(doors_counter_alive(&alive) == DOORS_OK && alive == 0);

    doors_mine *mine = NULL;
    CHECK(doors_mine_new(&mine) == DOORS_OK);
    FAILS(doors_mine_free(mine), DOORS_PANICKED, "stepped on");
}

int main(void) {
    CHECK(strncmp(doors_interface(), "doors 0.1.0 ", 12) == 0);
    CHECK(strcmp(doors_last_message(), "") == 0);
    char message[5];
    CHECK(doors_copy_message(DOORS_NULL, message, sizeof message) == 0 && message[0] == '\0');
    FAILS(doors_each(NULL, 3, keep, NULL), DOORS_NULL, "values is NULL");
    CHECK(doors_copy_message(DOORS_NULL, message, sizeof message) == 14 && strcmp(message, "valu") == 0);
    CHECK(doors_copy_message(DOORS_NULL, NULL, 0) == 14);
    numbers();
    texts();
    callbacks();
    handles();
    if (problems == 0) {
        puts("all is well");
    }
    return problems != 0;
}
