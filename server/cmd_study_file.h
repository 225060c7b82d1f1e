/* cmd_study_file.h - the parts of `dinolab study` about copies, files, changes and settings. */
#ifndef DINOLAB_CMD_STUDY_FILE_H
#define DINOLAB_CMD_STUDY_FILE_H

#define STUDY_FILE_USAGE                                                                                                         \
    "settings --task category|reward | duplicate --data DIR --study SLUG --slug NEW --title TITLE\n"                             \
    "       | change --data DIR --study SLUG --file change.json | export --data DIR --study SLUG --out FILE|-\n"                 \
    "       | import --data DIR --file FILE | unblind --data DIR --study SLUG --reason TEXT"

int study_settings_print(int argc, char **argv);
int study_copy(int argc, char **argv);
int study_edit(int argc, char **argv);
int study_export(int argc, char **argv);
int study_import(int argc, char **argv);
int study_show(int argc, char **argv);

#endif
