/* parallel.h - the same work on many things, on several threads, each taking the next thing as it becomes free.
 *
 * For sub-commands that compute (fit, recover); the server's threads are its own. The work must touch nothing that another index
 * touches. Results that are stored by index do not depend on the number of threads. */
#ifndef DINOLAB_BASE_PARALLEL_H
#define DINOLAB_BASE_PARALLEL_H

#include "base/err.h"

enum { PARALLEL_THREAD_MAX = 256 };

/* Work on thing `index`; `thread` (0 .. thread_count - 1) is for memory of the thread's own. False ends the whole: no new index is
 * begun. */
typedef bool parallel_work(void *argument, int index, int thread, struct err *err);

/* Returns when all is done, or false with the error of the lowest index that failed. Where no thread can be started, the caller's
 * thread does the work alone. `done` (may be NULL) is called after each index, by one thread at a time. */
MUST_CHECK bool parallel_run(int thread_count, int index_count, parallel_work *work, void (*done)(void *argument, int done_count),
                             void *argument, struct err *err);

int parallel_core_count(void); /* of this machine, at least 1 */

#endif
