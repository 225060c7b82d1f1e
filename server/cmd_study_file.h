/* cmd_study_file.h - the parts of `dinolab study` about copies, files, changes and settings. */
#ifndef DINOLAB_CMD_STUDY_FILE_H
#define DINOLAB_CMD_STUDY_FILE_H

#include "cmd_remote.h"

#define STUDY_PLACE "--data DIR | --server URL [--token dl_...]"

#define STUDY_FILE_USAGE                                                                                                         \
    "settings --task category|reward | duplicate PLACE --study SLUG --slug NEW --title TITLE\n"                                  \
    "       | change PLACE --study SLUG --file change.json | export PLACE --study SLUG --out FILE|-\n"                           \
    "       | import PLACE --file FILE | unblind PLACE --study SLUG --reason TEXT"

int study_settings_print(int argc, char **argv);
int study_copy(int argc, char **argv);
int study_edit(int argc, char **argv);
int study_export(int argc, char **argv);
int study_import(int argc, char **argv);
int study_show(int argc, char **argv);

/* `create` on a server: texts are sent, not the names of their files, and the study is open at once when it does not say otherwise. */
MUST_CHECK bool study_create_remote(const struct remote *remote, const char *file, struct err *err);

#endif
