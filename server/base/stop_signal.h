/* stop_signal.h - wait for SIGINT or SIGTERM in the main thread, whatever other threads there are.
 *
 * Threads that we start inherit that these signals are blocked. A library may have started threads of its own before main, as OpenBLAS
 * does; the kernel may give a signal of the process to one of them. There a handler passes it on to the main thread. */
#ifndef DINOLAB_BASE_STOP_SIGNAL_H
#define DINOLAB_BASE_STOP_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

/* From the main thread, before it starts others: from now on the signals wait for stop_signal_wait. */
void stop_signal_hold(void);

/* True as soon as one of the signals is there; false after `wait_ms`, 0 for a look, or when something else interrupted the wait. */
bool stop_signal_wait(int64_t wait_ms);

#endif
