/* cmd_recover.h - `dinolab simulate --recover`: before a study, see whether it could tell its models apart; live/recovery.h says how.
 *
 * Reads a data folder, beside a running server if there is one; value tables that are missing are computed and not stored. Returns the
 * exit status: 0 done, 1 failed, 2 wrong use or input. One JSON object per line on standard output:
 * model, participants, beta_by (accuracy, agreement or none; enum recovery_beta), beta_low and beta_high, accuracy (share of right
 * responses), won, beta_coverage, rival and rival_won (struct recovery_row); the last line has the best model of who guesses; progress and a summary in words on
 * standard error. Threads: call from the main thread. */
#ifndef DINOLAB_CMD_RECOVER_H
#define DINOLAB_CMD_RECOVER_H

#include <stdbool.h>

/* True when the arguments of `simulate` ask for it. */
bool cmd_recover_is_meant(int argc, char **argv);

int cmd_recover(int argc, char **argv);

#endif
