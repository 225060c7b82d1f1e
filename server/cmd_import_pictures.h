/* cmd_import_pictures.h - `dinolab import stimuli`: pictures from a folder, a zip file or a table. Called by cmd_import.c. */
#ifndef DINOLAB_CMD_IMPORT_PICTURES_H
#define DINOLAB_CMD_IMPORT_PICTURES_H

#define IMPORT_STIMULI_USAGE                                                                                                     \
    "stimuli --data DIR --set NAME (--images FOLDER|FILE.zip | --csv stimuli.csv) [--keep-originals] [--leave-out-damaged]"

/* argv[0] is "stimuli". */
int import_stimuli(int argc, char **argv);

#endif
