#include "base/stop_signal.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

static sigset_t stop_signals(void)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    return set;
}

/* Runs in a thread that does not block the signal. The main thread, whose id is that of the process, does: there it stays pending. */
static void pass_on(int signal)
{
    const int error = errno;

    (void)tgkill(getpid(), getpid(), signal);
    errno = error;
}

void stop_signal_hold(void)
{
    const sigset_t         set    = stop_signals();
    const struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};

    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

bool stop_signal_wait(int64_t wait_ms)
{
    const sigset_t        set  = stop_signals();
    const struct timespec wait = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000};

    return sigtimedwait(&set, NULL, &wait) > 0;
}
