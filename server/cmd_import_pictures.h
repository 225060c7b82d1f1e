/* cmd_import_pictures.h - `dinolab import stimuli`: pictures from a folder, a zip file or a table; and `dinolab import things`: the same
 * with the THINGS embedding. Called by cmd_import.c. */
#ifndef DINOLAB_CMD_IMPORT_PICTURES_H
#define DINOLAB_CMD_IMPORT_PICTURES_H

#define IMPORT_STIMULI_USAGE                                                                                                     \
    "stimuli --data DIR --set NAME (--images FOLDER|FILE.zip | --csv stimuli.csv) [--keep-originals] [--leave-out-damaged]"

#define IMPORT_THINGS_USAGE                                                                                                      \
    "things --data DIR --images FOLDER|FILE.zip --embedding FILE --ids FILE.csv [--set NAME] [--keep-originals] "                \
    "[--leave-out-damaged]"

/* argv[0] is "stimuli" or "things". */
int import_stimuli(int argc, char **argv);
int import_things(int argc, char **argv);

#endif
