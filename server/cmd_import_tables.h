/* cmd_import_tables.h - parts of `dinolab import` that take a table for many: representations, scores. */
#ifndef DINOLAB_CMD_IMPORT_TABLES_H
#define DINOLAB_CMD_IMPORT_TABLES_H

/* argv[0] is the part's name; exit status as for every sub-command. */
int import_representations(int argc, char **argv);
int import_score_table(int argc, char **argv);

#endif
