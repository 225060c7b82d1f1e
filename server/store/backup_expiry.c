#include "store/backup_expiry.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "store/data_folder.h"

enum { NUMBER_DIGITS = 4 };

static const int64_t MS_PER_DAY = INT64_C(24) * 60 * 60 * 1000;

/* "dinolab.db.before-0005" or "dinolab.db.before-0005.partial" for the database dinolab.db. */
static bool is_copy(const char *name, const char *database_name)
{
    static const char BEFORE[] = ".before-";
    size_t            length   = strlen(database_name);

    if (strncmp(name, database_name, length) != 0) return false;
    name += length;
    if (strncmp(name, BEFORE, sizeof BEFORE - 1) != 0) return false;
    name += sizeof BEFORE - 1;
    for (int i = 0; i < NUMBER_DIGITS; i++, name++)
        if (!isdigit((unsigned char)*name)) return false;
    return *name == '\0' || strcmp(name, ".partial") == 0;
}

static bool remove_old(int folder, const char *name, int64_t before_ms, int *removed_count, struct err *err)
{
    struct stat info;

    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0) return err_errno(err, "look at the copy %s", name);
    if (!S_ISREG(info.st_mode)) return true;
    if ((int64_t)info.st_mtim.tv_sec * 1000 + info.st_mtim.tv_nsec / 1000000 >= before_ms) return true;
    if (unlinkat(folder, name, 0) != 0) return err_errno(err, "remove the copy %s", name);
    log_info("the copy %s is too old and was removed", name);
    (*removed_count)++;
    return true;
}

bool backup_expiry_run(const char *database_path, int days, int64_t now_ms, int *removed_count, struct err *err)
{
    const char    *slash = strrchr(database_path, '/');
    const char    *name  = slash == NULL ? database_path : slash + 1;
    char           path[PATH_BYTES];
    DIR           *folder;
    struct dirent *entry;
    bool           ok = true;

    *removed_count = 0;
    if (days == 0) return true;
    (void)snprintf(path, sizeof path, "%.*s", slash == NULL ? 1 : (int)(slash - database_path),
                   slash == NULL ? "." : database_path);
    folder = opendir(path);
    if (folder == NULL) return err_errno(err, "look for old copies in %s", path);
    while ((entry = readdir(folder)) != NULL)
        if (is_copy(entry->d_name, name))
            ok &= remove_old(dirfd(folder), entry->d_name, now_ms - days * MS_PER_DAY, removed_count, err);
    (void)closedir(folder);
    return ok;
}
