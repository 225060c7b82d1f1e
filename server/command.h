/* command.h - the sub-commands. Each parses its own arguments; exit status 0 done, 1 failed, 2 wrong use or bad input. */
#ifndef DINOLAB_COMMAND_H
#define DINOLAB_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_WRONG_USE = 2 };

struct command {
    const char *name;
    const char *usage;                 /* one line, without the program's name */
    int (*run)(int argc, char **argv); /* argv[0] is the sub-command's name */
};

/* One option of a sub-command; a table of them, closed by a NULL name, is what command_options reads. */
enum option_kind { OPTION_TEXT, OPTION_NUMBER, OPTION_FLAG, OPTION_LIST };

enum { OPTION_LIST_MAX = 128 };

struct option_list {
    int         count;
    const char *values[OPTION_LIST_MAX];
};

struct option_field {
    const char      *name; /* with its dashes: "--data" */
    enum option_kind kind;
    void            *target; /* const char **, int64_t *, bool *, struct option_list * */
    bool             is_required;
};

/* Read "--name VALUE" pairs; false, and a sentence with the usage on standard error, for anything else. */
bool command_options(const struct command *command, int argc, char **argv, const struct option_field *fields);

/* Print the error's sentence on standard error; gives EXIT_WRONG_USE for bad input, EXIT_FAILED for the rest. */
int command_failed(const struct err *err);

extern const struct command COMMAND_SERVE;
extern const struct command COMMAND_IMPORT;
extern const struct command COMMAND_STUDY;
extern const struct command COMMAND_PROJECT;
extern const struct command COMMAND_EXPORT;
extern const struct command COMMAND_FIT;
extern const struct command COMMAND_DEMO_MATERIAL;
extern const struct command COMMAND_METRICS;
extern const struct command COMMAND_ACCOUNT;

#endif
