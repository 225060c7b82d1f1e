/* cmd_rebuild.h - `dinolab rebuild`: derived tables from enduring ones, or with --check only a comparison. */
#ifndef DINOLAB_CMD_REBUILD_H
#define DINOLAB_CMD_REBUILD_H

/* Exit status 0: done, nothing differs; 1: failed, or something differs or could not be computed; 2: wrong use. */
int cmd_rebuild(int argc, char **argv);

#endif
