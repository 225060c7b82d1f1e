/* trial_check.h - does the reply to a response say what the protocol promises? Pure. Threads: none. */
#ifndef DINOLAB_SIMULATE_TRIAL_CHECK_H
#define DINOLAB_SIMULATE_TRIAL_CHECK_H

#include "simulate/session_reply.h"

/* `phase` is the practice or the trials of the session document. NULL when all is well, else what is wrong; constant. */
const char *trial_check(const struct trial_reply *reply, enum learner_task task, const struct session_phase *phase,
                        int trial_index, int response);

#endif
