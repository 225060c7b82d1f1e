#include "study/export_sqlite.h"

#include <stdio.h>

#include "store/store_copy.h"
#include "study/export_cache.h"

static bool pass_on(const char *path, struct sink *out, struct err *err)
{
    char   block[1 << 16];
    FILE  *file = fopen(path, "rbe");
    size_t length;
    bool   ok = true;

    if (file == NULL) return err_errno(err, "open %s", path);
    while (ok && (length = fread(block, 1, sizeof block, file)) > 0) ok = out->write(out, block, length, err);
    if (ok && ferror(file)) ok = err_errno(err, "read %s", path);
    (void)fclose(file);
    return ok;
}

bool export_sqlite(const struct export_bundle *bundle, const struct data_folder *folder, struct sink *out, struct err *err)
{
    struct export_cache_file file;
    bool                     ok;

    if (!export_cache_create(folder, &file, err)) return false;
    ok = store_copy_study(bundle->store, bundle->study->study_id, bundle->mode, file.path, err) && pass_on(file.path, out, err);
    export_cache_discard(&file);
    return ok;
}
