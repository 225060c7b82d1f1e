/* data.h - a data folder opened for a sub-command that works alone on it: locked, migrated, with a writing store. */
#ifndef DINOLAB_DATA_H
#define DINOLAB_DATA_H

#include "study/import.h"

struct data {
    struct data_folder folder;
    int                lock; /* descriptor */
    struct store      *store;
};

/* ERR_NOT_FOUND unless there is a database: for what works on data that exist, so that a slip of the key makes no new folder. */
MUST_CHECK bool data_find(const char *path, struct err *err);

/* Makes the folder and the database where they are missing. ERR_BUSY while a server works on it. */
MUST_CHECK bool data_open(const char *path, struct data *out, struct err *err);
void            data_close(struct data *data);

/* To the log of what was done (study/audit.h), by "command line": after the work, before data_close. `object` may be NULL. */
MUST_CHECK bool data_note(struct data *data, const char *action, const char *object, struct err *err);

struct import_place data_import_place(const struct data *data);

#endif
