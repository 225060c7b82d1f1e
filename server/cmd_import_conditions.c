#include "cmd_import_conditions.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "data.h"
#include "study/create_study.h"
#include "study/published_study.h"
#include "task/condition_file.h"

enum { FILE_BYTES_MAX = 4 * 1024 * 1024, DESCRIPTION_BYTES_MAX = 1024 * 1024, NUMBER_DIGITS_MAX = 6 };

struct files {
    const char            *folder;
    struct published_file *files;
    struct text           *texts; /* of the files, in the same order */
    int                    count;
    struct arena           arena;
};

/* "17.json" -> 17; 0 for other names. */
static int number_of(const char *name)
{
    const size_t digits = strspn(name, "0123456789");
    char         text[NUMBER_DIGITS_MAX + 1];
    int64_t      number;

    if (digits == 0 || digits > NUMBER_DIGITS_MAX || strcmp(name + digits, ".json") != 0) return 0;
    (void)snprintf(text, sizeof text, "%.*s", (int)digits, name);
    return text_to_i64(text, 1, CONDITION_FILE_CONDITION_MAX, &number) ? (int)number : 0;
}

static int compare_numbers(const void *left, const void *right)
{
    const struct published_file *a = left;
    const struct published_file *b = right;

    return (a->number > b->number) - (a->number < b->number);
}

static bool list_files(struct files *files, struct err *err)
{
    DIR           *folder = opendir(files->folder);
    struct dirent *entry;
    bool           ok = true;

    if (folder == NULL) return err_errno(err, "open %s", files->folder);
    files->files = arena_alloc_array(&files->arena, CONDITION_FILE_CONDITION_MAX, sizeof *files->files);
    if (files->files == NULL) ok = err_no_memory(err);
    while (ok && (entry = readdir(folder)) != NULL) {
        const int number = number_of(entry->d_name);
        char     *name;

        if (number == 0) continue;
        name = arena_alloc(&files->arena, PATH_BYTES);
        if (name == NULL || files->count == CONDITION_FILE_CONDITION_MAX) {
            ok = name == NULL ? err_no_memory(err) : err_set(err, ERR_TOO_LARGE, "%s has too many files", files->folder);
            break;
        }
        (void)snprintf(name, PATH_BYTES, "%s/%s", files->folder, entry->d_name);
        files->files[files->count++] = (struct published_file){.number = number, .name = name};
    }
    (void)closedir(folder);
    if (ok && files->count == 0) ok = err_set(err, ERR_INVALID, "%s has no condition files 1.json, 2.json, ...", files->folder);
    if (ok) qsort(files->files, (size_t)files->count, sizeof *files->files, compare_numbers);
    return ok;
}

static bool read_files(struct files *files, struct err *err)
{
    if (!list_files(files, err)) return false;
    files->texts = arena_alloc_array(&files->arena, (size_t)files->count, sizeof *files->texts);
    if (files->texts == NULL) return err_no_memory(err);
    for (int i = 0; i < files->count; i++) text_init(&files->texts[i]);
    for (int i = 0; i < files->count; i++) {
        if (!file_read(files->files[i].name, FILE_BYTES_MAX, &files->texts[i], err)) return false;
        files->files[i].text = (struct span){files->texts[i].data, files->texts[i].length};
    }
    return true;
}

static void close_files(struct files *files)
{
    for (int i = 0; files->texts != NULL && i < files->count; i++) text_close(&files->texts[i]);
    arena_close(&files->arena);
}

static bool make_study(const struct data *data, const char *path, const struct files *files, struct create_study_result *result,
                       struct err *err)
{
    struct text description, whole;
    bool        ok;

    text_init(&description);
    text_init(&whole);
    ok = file_read(path, DESCRIPTION_BYTES_MAX, &description, err);
    if (ok && !published_study_describe(data->store, &data->folder, (struct span){description.data, description.length},
                                        files->files, files->count, &whole, err))
        ok = err_wrap(err, "%s", path);
    ok = ok && create_study(data->store, &data->folder, clock_wall_ms(&CLOCK_SYSTEM), path,
                            (struct span){whole.data, whole.length}, result, err);
    text_close(&whole);
    text_close(&description);
    return ok;
}

int cmd_import_conditions(const struct command *command, int argc, char **argv)
{
    const char               *data = NULL, *study = NULL;
    struct files              files    = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &data, true},
        {"--study-file", OPTION_TEXT, &study, true},
        {"--files", OPTION_TEXT, &files.folder, true},
        {0},
    };
    struct create_study_result result;
    struct data                opened;
    struct err                 err;
    bool                       ok;

    if (!command_options(command, argc, argv, fields)) return EXIT_WRONG_USE;
    arena_init(&files.arena);
    ok = data_find(data, &err) && read_files(&files, &err) && data_open(data, &opened, &err);
    if (ok) {
        ok = make_study(&opened, study, &files, &result, &err);
        data_close(&opened);
    }
    close_files(&files);
    if (!ok) return command_failed(&err);
    (void)printf("study '%s' has the %d conditions of %s, which agree with its generative representation\n", result.slug,
                 result.condition_count, files.folder);
    return EXIT_DONE;
}
