#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/endpoints.h"
#include "http/reply.h"
#include "study/blind.h"
#include "study/export_personal.h"

/* An export is written by the exports' own thread to a file without a name in the data folder, then sent from there: constant memory,
 * and a slow download holds no snapshot of the database. */
struct export_job {
    struct http_job           base;
    struct study_catalog     *catalog;
    const struct data_folder *folder;
    const char               *slug;
    const struct export_kind *kind;
    enum session_mode         mode;
    int                       file; /* once it is written */
    int64_t                   bytes;
};

static FILE *open_nameless(const struct data_folder *folder, struct err *err)
{
    char  path[PATH_BYTES];
    int   descriptor;
    FILE *file = NULL;

    (void)snprintf(path, sizeof path, "%s/export.XXXXXX", folder->path);
    descriptor = mkostemp(path, O_CLOEXEC);
    if (descriptor >= 0) (void)unlink(path);
    if (descriptor >= 0) file = fdopen(descriptor, "w+");
    if (file != NULL) return file;
    err_errno(err, "make a file in %s", folder->path);
    if (descriptor >= 0) (void)close(descriptor);
    return NULL;
}

/* One view for all of its reads, though people go on playing. */
static bool write_table(const struct export_job *export, struct store *store, const struct study *study, FILE *file,
                        struct err *err)
{
    int64_t row_count;
    bool    ok;

    if (!store_snapshot_begin(store, err)) return false;
    ok = export->kind->write(store, study, export->mode, file, &row_count, err);
    store_snapshot_end(store);
    return ok;
}

static bool export_run(struct job *job, struct store *store, struct err *err)
{
    struct export_job *export = (struct export_job *)job;
    const struct study *study;
    FILE               *file;
    bool                ok;

    if (!study_catalog_by_slug(export->catalog, store, export->slug, &study, err) ||
        !blind_check(store, study, export->mode, clock_wall_ms(&CLOCK_SYSTEM), err))
        return false;
    file = open_nameless(export->folder, err);
    if (file == NULL) return false;
    ok = write_table(export, store, study, file, err);
    if (ok) {
        export->bytes = ftello(file);
        export->file  = dup(fileno(file));
        ok            = export->bytes >= 0 && export->file >= 0 ? true : err_errno(err, "keep the export");
    }
    (void)fclose(file);
    return ok;
}

/* So that pilots are not taken for the real thing once they lie in a folder. */
static const char *const ENDING_OF_MODE[SESSION_MODE_COUNT] = {
    [SESSION_MODE_LIVE] = "", [SESSION_MODE_PILOT] = "-pilot", [SESSION_MODE_ALL] = "-all"};

static enum http_result reply_with_file(struct http_request *req, struct http_job *job)
{
    struct export_job *export = (struct export_job *)job;
    char *disposition;

    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    (void)http_reply_file(req, "text/csv; charset=utf-8", export->file, (uint64_t) export->bytes);
    disposition = arena_printf(&req->arena, "attachment; filename=\"%s-%s%s.csv\"", export->slug, export->kind->name,
                               ENDING_OF_MODE[export->mode]);
    if (disposition != NULL) http_reply_header(req, "Content-Disposition", disposition);
    http_reply_header(req, "Cache-Control", "no-store");
    return HTTP_REPLIED;
}

static bool is_file_of(const struct export_kind *kind, const char *file)
{
    size_t length = strlen(kind->name);

    return strncmp(file, kind->name, length) == 0 && strcmp(file + length, ".csv") == 0;
}

static bool read_mode(const struct http_request *req, enum session_mode *out, struct err *err)
{
    const char *name = http_query(req, "mode");

    *out = SESSION_MODE_LIVE;
    if (name == NULL || session_mode_from_name(name, out)) return true;
    return err_set(err, ERR_INVALID, "mode is live, pilot or all, not '%.40s'", name);
}

static bool is_personal(const char *file)
{
    for (const struct personal_export *kind = PERSONAL_EXPORTS; kind->name != NULL; kind++)
        if (strncmp(file, kind->name, strlen(kind->name)) == 0 && strcmp(file + strlen(kind->name), ".csv") == 0) return true;
    return false;
}

static enum http_result refuse_file(struct http_request *req, const char *file)
{
    struct err err;

    if (is_personal(file))
        err_set(&err, ERR_NOT_FOUND,
                "%s holds personal data: dinolab export writes it at the command line, beside the data folder", file);
    else
        err_set(&err, ERR_NOT_FOUND, "there is no export '%.40s'", file);
    return http_reply_error(req, &err);
}

/* `{}` is the study, then the name of the table with its ending. */
enum http_result ep_export_get(struct http_request *req)
{
    const struct http_deps   *deps = req->deps;
    const struct export_kind *kind = deps->export_kinds;
    struct export_job        *job  = arena_alloc(&req->arena, sizeof *job);
    struct err                err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    while (kind->name != NULL && !is_file_of(kind, req->parameters[1])) kind++;
    if (kind->name == NULL) return refuse_file(req, req->parameters[1]);
    if (!read_mode(req, &job->mode, &err)) return http_reply_error(req, &err);
    job->base.base.run = export_run;
    job->catalog       = deps->exporter_catalog;
    job->folder        = deps->folder;
    job->slug          = req->parameters[0];
    job->kind          = kind;
    return http_submit(req, deps->exporter, &job->base, reply_with_file);
}
