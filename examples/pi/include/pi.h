/* The digits of pi.
 *
 * What holds for both functions: memory is the caller's, no pointer is kept or freed; any thread may call them at any time; no
 * argument ends the program, but a `buffer` that has less room than `length` says.
 */
#ifndef PI_H
#define PI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most decimal places that a float can hold of a number like pi.
 *
 * Between 2 and 4 the floats are 2^-22 apart, which is 0.00000024. Numbers of 6 decimal places are four times as far apart, so
 * each has a float that is nearer to it than to any other. Of those of 7 places most have none: that the float nearest to pi
 * would print the right one is chance.
 */
#define PI_FLOAT_PLACES 6

/* pi correct to n decimal places: the float nearest to pi rounded to n places, so that printf("%.*f", n, calc_pi(n)) shows
 * these and nothing else. For n greater than PI_FLOAT_PLACES there is no such float, and the result is NaN: isnan() tells.
 */
float calc_pi(uint8_t n);

/* The most decimal places that pi_digits writes. */
#define PI_PLACES 1000

enum pi_status {
    PI_GOOD = 0,
    PI_NO_BUFFER = 1,      /* the buffer is NULL */
    PI_TOO_MANY_PLACES = 2, /* more than PI_PLACES were asked for */
    PI_TOO_SHORT = 3       /* the text and its NUL are longer than the buffer */
};

/* Writes pi with `places` decimal places to `buffer`, which has room for `length` characters.
 *
 * - The places are those of pi itself: the last is not rounded. Of 4 places the text is 3.1415.
 * - The text ends with a NUL. It takes places + 3 characters: the 3, the point, the places and the NUL. Of 0 places it is 3
 *   without a point, and takes 2.
 * - A length of 0 is too short, like any that the text and its NUL do not fit in. Nothing is cut off.
 * - Where the result is not PI_GOOD, nothing was written. Of several reasons the first in the list of pi_status is told.
 */
enum pi_status pi_digits(uint32_t places, char *buffer, size_t length);

#ifdef __cplusplus
}
#endif

#endif
