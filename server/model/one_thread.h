/* one_thread.h - one thread per BLAS call, for the whole program, set before main.
 *
 * Learners run on as many threads as the program has work for, and their numbers do not depend on how many cores a machine has. */
#ifndef DINOLAB_MODEL_ONE_THREAD_H
#define DINOLAB_MODEL_ONE_THREAD_H

#include "base/err.h"

/* False, with a sentence, when the OpenBLAS that was loaded is the serial build: in Debian 12 (0.3.21) it shares buffers between its
 * callers without a lock and gives wrong numbers when two threads call it at once. */
MUST_CHECK bool one_thread_check(struct err *err);

#endif
