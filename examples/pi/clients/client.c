/* pi from C: client float N | digits PLACES | misuse */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pi.h"

/* Tells the library of more room than there is, so that the tests see that this is noticed. */
#ifndef LIE
#define LIE 0
#endif

static const char *const REASONS[] = {"good", "no buffer", "too many places", "too short"};

static int print_float(int n) {
    float pi = calc_pi((uint8_t)n);
    if (isnan(pi)) {
        fprintf(stderr, "a float does not hold %d places\n", n);
        return 1;
    }
    printf("%.*f\n", n, pi);
    return 0;
}

static int print_digits(uint32_t places) {
    size_t length = (size_t)places + 3;
    char *buffer = malloc(length - LIE);
    if (buffer == NULL) {
        return 1;
    }
    enum pi_status status = pi_digits(places, buffer, length);
    if (status == PI_GOOD) {
        puts(buffer);
    } else {
        fprintf(stderr, "%s\n", REASONS[status]);
    }
    free(buffer);
    return status != PI_GOOD;
}

static int expect(enum pi_status wanted, uint32_t places, char *buffer, size_t length) {
    enum pi_status status = pi_digits(places, buffer, length);
    if (status != wanted) {
        fprintf(stderr, "%u places in %zu: %s, not %s\n", places, length, REASONS[status], REASONS[wanted]);
    }
    return status != wanted;
}

static int misuse(void) {
    char *buffer = malloc(4);
    if (buffer == NULL) {
        return 1;
    }
    memcpy(buffer, "???", 4);
    int wrong = expect(PI_NO_BUFFER, 2, NULL, 5) + expect(PI_NO_BUFFER, UINT32_MAX, NULL, 0) +
                expect(PI_TOO_MANY_PLACES, PI_PLACES + 1, buffer, 4) +
                expect(PI_TOO_MANY_PLACES, UINT32_MAX, buffer, SIZE_MAX) + expect(PI_TOO_SHORT, 0, buffer, 0) +
                expect(PI_TOO_SHORT, 0, buffer, 1) + expect(PI_TOO_SHORT, 2, buffer, 4);
    wrong += strcmp(buffer, "???") != 0;
    wrong += expect(PI_GOOD, 1, buffer, 4);
    wrong += strcmp(buffer, "3.1") != 0;
    free(buffer);
    puts(wrong ? "wrong" : "refused");
    return wrong != 0;
}

int main(int count, char **words) {
    if (count == 3 && strcmp(words[1], "float") == 0) {
        return print_float(atoi(words[2]));
    }
    if (count == 3 && strcmp(words[1], "digits") == 0) {
        return print_digits((uint32_t)strtoul(words[2], NULL, 10));
    }
    if (count == 2 && strcmp(words[1], "misuse") == 0) {
        return misuse();
    }
    fputs("usage: client float N | digits PLACES | misuse\n", stderr);
    return 2;
}
