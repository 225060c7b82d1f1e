#include "data.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/migrate.h"
#include "study/audit.h"

bool data_find(const char *path, struct err *err)
{
    char database[PATH_BYTES];

    (void)snprintf(database, sizeof database, "%s/dinolab.db", path);
    if (access(database, F_OK) == 0) return true;
    return err_set(err, ERR_NOT_FOUND, "there is no data folder '%s': %s is missing", path, database);
}

bool data_open(const char *path, struct data *out, struct err *err)
{
    struct migration_list migrations = migrations_embedded();
    char                  database[PATH_BYTES];

    *out = (struct data){.lock = -1};
    if (!data_folder_open(path, &out->folder, err)) return false;
    out->lock = data_folder_lock(&out->folder, err);
    if (out->lock < 0) return false;
    data_folder_database(&out->folder, database);
    if (store_migrate(database, &migrations, err)) out->store = store_open(database, STORE_WRITE, err);
    if (out->store != NULL) return true;
    data_close(out);
    return false;
}

void data_close(struct data *data)
{
    store_close(data->store);
    if (data->lock >= 0) (void)close(data->lock);
    data->store = NULL;
    data->lock  = -1;
}

struct import_place data_import_place(const struct data *data)
{
    return (struct import_place){.folder = &data->folder, .store = data->store, .now_ms = clock_wall_ms(&CLOCK_SYSTEM)};
}

bool data_note(struct data *data, const char *action, const char *object, struct err *err)
{
    const struct audit_entry entry = {.account = AUDIT_COMMAND_LINE, .action = action, .object = object};

    return audit_append(data->store, &entry, clock_wall_ms(&CLOCK_SYSTEM), err);
}
