#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/endpoints.h"
#include "http/reply.h"
#include "study/export_trials.h"

/* An export is written by the reader's thread to a file without a name in the data folder, then sent from there: constant memory,
 * and a slow download holds no snapshot of the database. */
struct export_job {
    struct http_job           base;
    struct study_catalog     *catalog;
    const struct data_folder *folder;
    const char               *slug;
    int                       file; /* -1 when it failed */
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

static bool export_run(struct job *job, struct store *store, struct err *err)
{
    struct export_job *export = (struct export_job *)job;
    const struct study *study;
    int64_t             row_count;
    FILE               *file;
    bool                ok;

    if (!study_catalog_by_slug(export->catalog, store, export->slug, &study, err)) return false;
    file = open_nameless(export->folder, err);
    if (file == NULL) return false;
    ok = export_trials(store, study, file, &row_count, err);
    if (ok) {
        export->bytes = ftello(file);
        export->file  = dup(fileno(file));
        ok            = export->bytes >= 0 && export->file >= 0 ? true : err_errno(err, "keep the export");
    }
    (void)fclose(file);
    return ok;
}

static enum http_result reply_with_file(struct http_request *req, struct http_job *job)
{
    struct export_job *export = (struct export_job *)job;
    char *disposition;

    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    (void)http_reply_file(req, "text/csv; charset=utf-8", export->file, (uint64_t) export->bytes);
    disposition = arena_printf(&req->arena, "attachment; filename=\"%s-trials.csv\"", export->slug);
    if (disposition != NULL) http_reply_header(req, "Content-Disposition", disposition);
    http_reply_header(req, "Cache-Control", "no-store");
    return HTTP_REPLIED;
}

enum http_result ep_export_trials(struct http_request *req)
{
    struct export_job *job = arena_alloc(&req->arena, sizeof *job);
    struct err         err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    job->base.base.run = export_run;
    job->catalog       = req->deps->reader_catalog;
    job->folder        = req->deps->folder;
    job->slug          = req->parameters[0];
    return http_submit(req, req->deps->reader, &job->base, reply_with_file);
}
