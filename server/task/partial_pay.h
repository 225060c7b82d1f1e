/* partial_pay.h - what a session earned that ended before it was finished.
 *
 * Who stopped or was away for too long is paid by the study's rule: nothing without a main trial, else a minimum and an amount per
 * trial. It is the whole pay of that session: no base comes on top, since platforms pay the base for finished work only.
 *
 * Never more than a finished session could have earned by the same trials at best, base + per_correct x trials + max_bonus: to stop
 * must not pay better than to go on. So a minimum above the base is reached only when the trials could have earned it.
 * Pure. Threads: none. */
#ifndef DINOLAB_TASK_PARTIAL_PAY_H
#define DINOLAB_TASK_PARTIAL_PAY_H

#include "task/task.h"

/* `trial_count` main trials were answered; practice is not paid. */
int64_t partial_pay_minor(const struct pay_rule *rule, int trial_count);

#endif
