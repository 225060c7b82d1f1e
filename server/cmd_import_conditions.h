/* cmd_import_conditions.h - `dinolab import conditions`: a study with the condition files of the 2024 experiments (study/published_study.h).
 *
 * Files are DIR/1.json, DIR/2.json, ...: their number is the condition's; others in the folder are passed over. */
#ifndef DINOLAB_CMD_IMPORT_CONDITIONS_H
#define DINOLAB_CMD_IMPORT_CONDITIONS_H

#include "command.h"

#define IMPORT_CONDITIONS_USAGE "conditions --data DIR --study-file study.json --files DIR"

/* `command`: whose usage is shown; argv[0] is "conditions". */
int cmd_import_conditions(const struct command *command, int argc, char **argv);

#endif
