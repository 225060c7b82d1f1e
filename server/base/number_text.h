/* number_text.h - numbers as decimal text, fast: a table of a million rows is mostly numbers.
 *
 * Pure; no allocation, no locale. Threads: none. */
#ifndef DINOLAB_BASE_NUMBER_TEXT_H
#define DINOLAB_BASE_NUMBER_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum { NUMBER_TEXT_BYTES = 32 }; /* room for the longest number of either kind, with a closing NUL */

/* Bytes written, the NUL that follows them not counted. */
size_t number_text_i64(int64_t number, char out[NUMBER_TEXT_BYTES]);

/* A finite number with the fewest of 15 or 17 digits that read back to the same bits: what "%.15g" or else "%.17g" gives. */
size_t number_text_f64(double number, char out[NUMBER_TEXT_BYTES]);

#endif
