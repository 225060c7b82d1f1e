/* cmd_import_trials.h - `dinolab import trials`: a finished data set becomes a closed study (study/old_data.h).
 *
 * Tables are those of `dinolab fit` (fit/trial_table.h, fit/stimulus_list.h); participants get their numbers in the order of their labels. */
#ifndef DINOLAB_CMD_IMPORT_TRIALS_H
#define DINOLAB_CMD_IMPORT_TRIALS_H

#include "command.h"

#define IMPORT_TRIALS_USAGE                                                                                                      \
    "trials --data DIR --slug SLUG --title TITLE --task reward|category --trials trials.csv --stimuli stimuli.csv"               \
    " --representation NAME=FILE [--representation ...] [--generative NAME] [--learners LIST]"

/* `command`: whose usage is shown; argv[0] is "trials". */
int cmd_import_trials(const struct command *command, int argc, char **argv);

#endif
