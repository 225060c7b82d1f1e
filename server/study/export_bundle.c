#include "study/export_bundle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/version.h"
#include "store/data_folder.h"
#include "store/store_export.h"
#include "study/audit.h"
#include "study/blind.h"
#include "json/json_write.h"

bool export_begin(struct export_bundle *bundle, struct study_catalog *catalog, const char *slug, bool shows_numbers,
                  struct err *err)
{
    if (!store_snapshot_begin(bundle->store, err)) return false;
    if (study_catalog_by_slug(catalog, bundle->store, slug, &bundle->study, err) &&
        (!shows_numbers || blind_check(bundle->store, bundle->study, bundle->mode, bundle->taken_at_ms, err)))
        return true;
    export_end(bundle);
    return false;
}

void export_end(const struct export_bundle *bundle)
{
    store_snapshot_end(bundle->store);
}

static void write_hash(struct json_writer *writer, const char *key, const struct secret_hash *hash)
{
    char hex[SECRET_HEX_BYTES];

    secret_hex(hash, hex);
    json_text(writer, key, hex);
}

static bool write_head(const struct export_bundle *bundle, struct json_writer *writer, struct err *err)
{
    const struct study    *study = bundle->study;
    struct export_snapshot snapshot;
    int64_t                audit_count;
    char                   audit[SECRET_HEX_BYTES];

    if (!store_export_snapshot(bundle->store, study->study_id, &snapshot, err) ||
        !audit_head(bundle->store, &audit_count, audit, err))
        return false;
    json_begin_object(writer, NULL);
    json_text(writer, "study", study->slug);
    json_text(writer, "title", study->title);
    json_text(writer, "task", task_name(study->task));
    json_text(writer, "mode", session_mode_name(bundle->mode));
    json_text(writer, "program_version", DINOLAB_VERSION);
    write_hash(writer, "settings_sha256", &study->provenance.settings_sha256);
    write_hash(writer, "stimulus_set_sha256", &study->provenance.stimulus_set_sha256);
    write_hash(writer, "representations_sha256", &study->provenance.representations_sha256);
    json_i64(writer, "taken_at_ms", bundle->taken_at_ms);
    json_begin_object(writer, "snapshot");
    json_i64(writer, "newest_trial", snapshot.newest_trial);
    json_i64(writer, "newest_change", snapshot.newest_change);
    json_end_object(writer);
    json_begin_object(writer, "audit");
    json_i64(writer, "entries", audit_count);
    json_text(writer, "head", audit);
    json_end_object(writer);
    json_begin_array(writer, "files");
    return true;
}

static void write_line(struct json_writer *writer, const struct export_file *file)
{
    json_begin_object(writer, NULL);
    json_text(writer, "file", file->name);
    json_text(writer, "table", file->kind->name);
    json_text(writer, "format", export_format_name(file->format));
    json_i64(writer, "rows", file->row_count);
    json_i64(writer, "bytes", file->byte_count);
    write_hash(writer, "sha256", &file->sha256);
    json_text(writer, "about", file->kind->about);
    json_end_object(writer);
}

static bool write_file(const struct export_bundle *bundle, const struct export_place *place, struct export_file *file,
                       struct err *err)
{
    struct sink      *out;
    struct meter_sink meter;

    (void)snprintf(file->name, sizeof file->name, "%s.%s", file->kind->file, export_format_name(file->format));
    if (!place->begin(place->argument, file, &out, err)) return false;
    meter_sink_init(&meter, out);
    if (!export_write(file->kind, bundle->store, bundle->study, bundle->mode, file->format, &meter.base, &file->row_count, err))
        return err_wrap(err, "%s", file->name);
    file->byte_count = meter.byte_count;
    secret_sha256_end(&meter.sha, &file->sha256);
    return place->end(place->argument, file, err);
}

bool export_bundle_write(const struct export_bundle *bundle, const struct export_place *place, struct text *manifest,
                         struct err *err)
{
    struct json_writer writer;

    json_writer_init(&writer, manifest);
    if (!write_head(bundle, &writer, err)) return false;
    for (const struct export_kind *kind = bundle->kinds; kind->name != NULL; kind++) {
        for (int format = 0; format < EXPORT_FORMAT_COUNT; format++) {
            struct export_file file = {.kind = kind, .format = (enum export_format)format};

            if (!write_file(bundle, place, &file, err)) return false;
            write_line(&writer, &file);
        }
    }
    json_end_array(&writer);
    json_end_object(&writer);
    text_add(manifest, "\n");
    return text_ok(manifest, err);
}

/* --- into a folder --- */

struct folder_place {
    const char      *folder;
    FILE            *file; /* the one being written; NULL between two */
    struct file_sink sink;
    int              count;
};

static bool folder_begin(void *argument, const struct export_file *file, struct sink **out, struct err *err)
{
    struct folder_place *place = argument;
    char                 path[PATH_BYTES];

    if ((size_t)snprintf(path, sizeof path, "%s/%s", place->folder, file->name) >= sizeof path)
        return err_set(err, ERR_INVALID, "the path of the folder is too long");
    place->file = fopen(path, "wex");
    if (place->file == NULL) return err_errno(err, "make %s", path);
    file_sink_init(&place->sink, place->file, false);
    *out = &place->sink.base;
    return true;
}

static bool folder_end(void *argument, const struct export_file *file, struct err *err)
{
    struct folder_place *place = argument;
    FILE                *done  = place->file;

    place->file = NULL;
    place->count++;
    return fclose(done) == 0 ? true : err_errno(err, "write %s", file->name);
}

bool export_bundle_to_folder(const struct export_bundle *bundle, const char *folder, int *file_count, struct err *err)
{
    struct folder_place       to    = {.folder = folder};
    const struct export_place place = {&to, folder_begin, folder_end};
    struct text               manifest;
    char                      path[PATH_BYTES];
    bool                      ok;

    if (mkdir(folder, 0777) != 0 && errno != EEXIST) return err_errno(err, "make the folder %s", folder);
    text_init(&manifest);
    ok = export_bundle_write(bundle, &place, &manifest, err);
    if (to.file != NULL) (void)fclose(to.file);
    if (ok && (size_t)snprintf(path, sizeof path, "%s/manifest.json", folder) >= sizeof path)
        ok = err_set(err, ERR_INVALID, "the path of the folder is too long");
    ok          = ok && data_folder_write(path, manifest.data, manifest.length, err);
    *file_count = to.count + 1;
    text_close(&manifest);
    return ok;
}
