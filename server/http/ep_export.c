#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/gzip.h"
#include "base/version.h"
#include "http/endpoints.h"
#include "http/export_range.h"
#include "http/reply.h"
#include "study/export_cache.h"
#include "study/export_list.h"
#include "study/export_person.h"
#include "study/export_personal.h"
#include "study/export_sqlite.h"
#include "study/psych_ds.h"

/* An export is written by the exports' own thread to a file in DIR/exports-cache, then sent from there: constant memory, a slow download
 * holds no snapshot of the database, and a broken one is resumed with the same bytes. */
/* Files first, last what blind studies give too. */
enum export_thing { EXPORT_TABLE, EXPORT_PSYCH_DS, EXPORT_SQLITE, EXPORT_MANIFEST, EXPORT_LIST, EXPORT_PERSON };

struct export_job {
    struct http_job           base;
    const struct http_deps   *deps;
    const char               *slug;
    const char               *session; /* of a person */
    enum export_thing         thing;
    const struct export_kind *kind; /* of a table, with its format */
    enum export_format        format;
    bool                      is_gzip;
    const char               *ending; /* of the file's name, with its dot */
    enum session_mode         mode;
    bool                      has_wanted; /* the bytes with this hash are wanted, where they are still there */
    bool                      must_be_wanted;
    struct secret_hash        wanted;
    struct secret_hash        sha256; /* the rest once it is there */
    int                       file;
    int64_t                   byte_count;
    int64_t                   row_count; /* -1: was not counted */
    struct session_provenance provenance;
    struct text               json; /* list, manifest and person */
};

/* Whose a file of the cache is. */
static void owner_of(const struct export_job *job, const char *table, enum export_format format, bool is_gzip,
                     char owner[EXPORT_OWNER_BYTES])
{
    (void)snprintf(owner, EXPORT_OWNER_BYTES, "%s-%s-%s.%s%s", job->slug, session_mode_name(job->mode), table,
                   export_format_name(format), is_gzip ? ".gz" : "");
}

static const char *table_of(const struct export_job *job)
{
    if (job->thing == EXPORT_PSYCH_DS) return "psych-ds";
    return job->thing == EXPORT_SQLITE ? "study" : job->kind->name;
}

static bool write_body(struct export_job *job, const struct export_bundle *bundle, struct sink *out, struct err *err)
{
    if (job->thing == EXPORT_PSYCH_DS) return psych_ds_write(bundle, out, err);
    if (job->thing == EXPORT_SQLITE) return export_sqlite(bundle, job->deps->folder, out, err);
    return export_write(job->kind, bundle->store, bundle->study, job->mode, job->format, out, &job->row_count, err);
}

static bool write_gzipped(struct export_job *job, const struct export_bundle *bundle, struct sink *out, struct err *err)
{
    struct gzip_sink gzip;
    bool             ok;

    ok = gzip_sink_open(&gzip, out, err) && write_body(job, bundle, &gzip.base, err) && gzip_sink_finish(&gzip, err);
    gzip_sink_close(&gzip);
    return ok;
}

static bool write_file(struct export_job *job, const struct export_bundle *bundle, struct err *err)
{
    struct export_cache_file file;
    struct file_sink         sink;
    char                     owner[EXPORT_OWNER_BYTES];
    bool                     ok;

    if (!export_cache_create(job->deps->folder, &file, err)) return false;
    file_sink_init(&sink, file.file, true);
    ok = job->is_gzip ? write_gzipped(job, bundle, &sink.base, err) : write_body(job, bundle, &sink.base, err);
    if (ok) {
        file_sink_hash(&sink, &job->sha256);
        job->byte_count = sink.byte_count;
        owner_of(job, table_of(job), job->format, job->is_gzip, owner);
        ok = export_cache_keep(job->deps->folder, &file, owner, &job->sha256, &job->file, err);
    }
    export_cache_discard(&file);
    return ok;
}

/* --- the manifest: every table is written, and stays for a while to be asked for by its hash --- */

struct cache_place {
    const struct export_job *job;
    struct export_cache_file file;
    struct file_sink         sink;
};

static bool cache_begin(void *argument, const struct export_file *file, struct sink **out, struct err *err)
{
    struct cache_place *place = argument;

    (void)file;
    if (!export_cache_create(place->job->deps->folder, &place->file, err)) return false;
    file_sink_init(&place->sink, place->file.file, false);
    *out = &place->sink.base;
    return true;
}

static bool cache_end(void *argument, const struct export_file *file, struct err *err)
{
    struct cache_place *place = argument;
    char                owner[EXPORT_OWNER_BYTES];
    int                 descriptor;

    owner_of(place->job, file->kind->name, file->format, false, owner);
    if (!export_cache_keep(place->job->deps->folder, &place->file, owner, &file->sha256, &descriptor, err)) return false;
    (void)close(descriptor);
    return true;
}

static bool write_manifest(struct export_job *job, const struct export_bundle *bundle, struct err *err)
{
    struct cache_place        to    = {.job = job};
    const struct export_place place = {&to, cache_begin, cache_end};
    bool                      ok    = export_bundle_write(bundle, &place, &job->json, err);

    export_cache_discard(&to.file);
    return ok;
}

/* --- on the exports' thread --- */

static bool write_thing(struct export_job *job, const struct export_bundle *bundle, struct err *err)
{
    if (job->thing == EXPORT_LIST) return export_list_write(bundle, &job->json, err);
    if (job->thing == EXPORT_MANIFEST) return write_manifest(job, bundle, err);
    if (job->thing == EXPORT_PERSON) return export_person(bundle, job->session, NULL, false, &job->json, err);
    return write_file(job, bundle, err);
}

static bool find_wanted(struct export_job *job)
{
    char owner[EXPORT_OWNER_BYTES];

    if (!job->has_wanted || job->thing >= EXPORT_MANIFEST) return false;
    owner_of(job, table_of(job), job->format, job->is_gzip, owner);
    job->file   = export_cache_find(job->deps->folder, owner, &job->wanted, &job->byte_count);
    job->sha256 = job->wanted;
    return job->file >= 0;
}

static bool write_wanted(struct export_job *job, const struct export_bundle *bundle, struct err *err)
{
    if (!job->must_be_wanted) return write_thing(job, bundle, err);
    return err_set(err, ERR_GONE, "this export is not kept any more: files stay for %d minutes; take a new manifest",
                   EXPORT_CACHE_KEEP_MS / 60000);
}

static bool export_run(struct job *base, struct store *store, struct err *err)
{
    struct export_job   *job    = (struct export_job *)base;
    struct export_bundle bundle = {
        .kinds = job->deps->export_kinds, .store = store, .mode = job->mode, .taken_at_ms = clock_wall_ms(job->deps->clock)};
    bool ok;

    export_cache_expire(job->deps->folder, bundle.taken_at_ms, EXPORT_CACHE_KEEP_MS);
    if (!export_begin(&bundle, job->deps->exporter_catalog, job->slug, job->thing < EXPORT_LIST, err)) return false;
    job->provenance = bundle.study->provenance;
    ok              = find_wanted(job) || write_wanted(job, &bundle, err);
    export_end(&bundle);
    return ok;
}

/* --- the reply --- */

/* So that pilots are not taken for the real thing once they lie in a folder. */
static const char *const ENDING_OF_MODE[SESSION_MODE_COUNT] = {
    [SESSION_MODE_LIVE] = "", [SESSION_MODE_PILOT] = "-pilot", [SESSION_MODE_ALL] = "-all"};

static void add_hash(struct http_request *req, const char *name, const struct secret_hash *hash)
{
    char hex[SECRET_HEX_BYTES];

    secret_hex(hash, hex);
    http_reply_header(req, name, hex);
}

/* Every export says what it was made with and of. */
static void add_provenance(struct http_request *req, const struct export_job *job)
{
    char rows[32];

    http_reply_header(req, "Cache-Control", "no-store");
    http_reply_header(req, "Dinolab-Version", DINOLAB_VERSION);
    add_hash(req, "Dinolab-Settings-SHA256", &job->provenance.settings_sha256);
    add_hash(req, "Dinolab-Stimulus-Set-SHA256", &job->provenance.stimulus_set_sha256);
    add_hash(req, "Dinolab-Representations-SHA256", &job->provenance.representations_sha256);
    (void)snprintf(rows, sizeof rows, "%lld", (long long)job->row_count);
    if (job->row_count >= 0) http_reply_header(req, "Dinolab-Rows", rows);
}

static const char *type_of(const struct export_job *job)
{
    const bool is_gzip_file = job->is_gzip && strstr(job->ending, ".gz") != NULL;

    if (job->thing == EXPORT_PSYCH_DS) return "application/zip";
    if (job->thing == EXPORT_SQLITE && !job->is_gzip) return "application/vnd.sqlite3";
    if (is_gzip_file) return "application/gzip";
    return job->format == EXPORT_NDJSON ? "application/x-ndjson" : "text/csv; charset=utf-8";
}

static void add_file_headers(struct http_request *req, const struct export_job *job)
{
    char  hex[SECRET_HEX_BYTES], tag[SECRET_HEX_BYTES + 2];
    char *disposition = arena_printf(&req->arena, "attachment; filename=\"%s-%s%s%s\"", job->slug, table_of(job),
                                     ENDING_OF_MODE[job->mode], job->ending);

    secret_hex(&job->sha256, hex);
    (void)snprintf(tag, sizeof tag, "\"%s\"", hex);
    if (disposition != NULL) http_reply_header(req, "Content-Disposition", disposition);
    http_reply_header(req, "ETag", tag);
    http_reply_header(req, "Accept-Ranges", "bytes");
    if (job->thing == EXPORT_TABLE || job->thing == EXPORT_SQLITE) http_reply_header(req, "Vary", "Accept-Encoding");
    if (job->is_gzip && strstr(job->ending, ".gz") == NULL) http_reply_header(req, "Content-Encoding", "gzip");
    add_provenance(req, job);
}

/* A part is given of the bytes that the client has a part of already, and of no others. */
static bool may_be_part(const struct http_request *req, const struct export_job *job)
{
    const char *tag = http_header(req, "If-Range");
    char        hex[SECRET_HEX_BYTES];

    if (job->must_be_wanted) return true;
    secret_hex(&job->sha256, hex);
    return tag != NULL && strlen(tag) == SECRET_HEX_BYTES + 1 && strncmp(tag + 1, hex, SECRET_HEX_BYTES - 1) == 0;
}

static enum http_result reply_with_export(struct http_request *req, struct http_job *base)
{
    struct export_job  *job = (struct export_job *)base;
    struct export_range range;

    if (!job->base.base.is_ok) {
        text_close(&job->json);
        return http_reply_error(req, &job->base.base.err);
    }
    if (job->thing == EXPORT_LIST || job->thing == EXPORT_MANIFEST || job->thing == EXPORT_PERSON) {
        (void)http_reply_json(req, 200, &job->json);
        add_provenance(req, job);
        return HTTP_REPLIED;
    }
    range = export_range_read(may_be_part(req, job) ? http_header(req, "Range") : NULL, job->byte_count);
    (void)http_reply_file_part(req, type_of(job), job->file, range.kind, range.first, range.count, job->byte_count);
    add_file_headers(req, job);
    return HTTP_REPLIED;
}

/* --- what is asked for --- */

static bool read_mode(struct http_request *req, enum session_mode *out, struct err *err)
{
    const char *name = http_query(req, "mode");

    *out = SESSION_MODE_LIVE;
    if (name == NULL || session_mode_from_name(name, out)) return true;
    return err_set(err, ERR_INVALID, "mode is live, pilot or all, not '%.40s'", name);
}

/* Who is owed what and who people are: at the command line alone. */
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

static bool is_name(const char *name, const char *file, size_t length)
{
    return strlen(name) == length && strncmp(name, file, length) == 0;
}

/* `<table>.csv`, `<table>.ndjson`, either with .gz; a table by its name, or by that of its file in a folder of all. */
static bool read_table(struct export_job *job, const char *file)
{
    static const struct {
        const char        *ending;
        enum export_format format;
        bool               is_gzip;
    } ENDINGS[]        = {{".csv", EXPORT_CSV, false},
                          {".csv.gz", EXPORT_CSV, true},
                          {".ndjson", EXPORT_NDJSON, false},
                          {".ndjson.gz", EXPORT_NDJSON, true}};
    const char *dot    = strchr(file, '.');
    size_t      length = dot == NULL ? 0 : (size_t)(dot - file);

    for (size_t i = 0; dot != NULL && i < sizeof ENDINGS / sizeof ENDINGS[0]; i++) {
        if (strcmp(dot, ENDINGS[i].ending) != 0) continue;
        job->ending  = ENDINGS[i].ending;
        job->format  = ENDINGS[i].format;
        job->is_gzip = ENDINGS[i].is_gzip;
        for (const struct export_kind *kind = job->deps->export_kinds; kind->name != NULL; kind++)
            if (is_name(kind->name, file, length) || is_name(kind->file, file, length)) return (job->kind = kind) != NULL;
    }
    return false;
}

static bool read_file(struct export_job *job, const char *file)
{
    if (strcmp(file, "manifest.json") == 0) return job->thing = EXPORT_MANIFEST, true;
    if (strcmp(file, "person.json") == 0) return job->thing = EXPORT_PERSON, true;
    if (strcmp(file, "psych-ds.zip") == 0) return job->thing = EXPORT_PSYCH_DS, job->ending = ".zip", true;
    if (strcmp(file, "study.sqlite") == 0) return job->thing = EXPORT_SQLITE, job->ending = ".sqlite", true;
    if (strcmp(file, "study.sqlite.gz") == 0) return job->thing = EXPORT_SQLITE, job->ending = ".sqlite.gz", job->is_gzip = true;
    return read_table(job, file);
}

/* The bytes that a resumed download, or a manifest, knows the hash of. */
static bool read_wanted(struct http_request *req, struct export_job *job, struct err *err)
{
    const char *sha256 = http_query(req, "sha256");
    const char *tag    = http_header(req, "If-Range");
    char        hex[SECRET_HEX_BYTES];

    if (sha256 != NULL) {
        job->has_wanted = job->must_be_wanted = secret_from_hex(sha256, &job->wanted);
        return job->has_wanted ? true : err_set(err, ERR_INVALID, "sha256 is 64 hexadecimal digits, lower case");
    }
    if (tag == NULL || http_header(req, "Range") == NULL || strlen(tag) != SECRET_HEX_BYTES + 1) return true;
    (void)snprintf(hex, sizeof hex, "%s", tag + 1);
    job->has_wanted = secret_from_hex(hex, &job->wanted);
    return true;
}

static bool accepts_gzip(const struct http_request *req)
{
    const char *accepted = http_header(req, "Accept-Encoding");
    const char *gzip     = accepted == NULL ? NULL : strstr(accepted, "gzip");

    return gzip != NULL && strncmp(gzip, "gzip;q=0", 8) != 0;
}

static struct export_job *job_new(struct http_request *req)
{
    struct export_job *job = arena_alloc(&req->arena, sizeof *job);

    if (job == NULL) return NULL;
    job->base.base.run = export_run;
    job->deps          = req->deps;
    job->slug          = req->parameters[0];
    job->ending        = "";
    job->file          = -1;
    job->row_count     = -1;
    text_init(&job->json);
    return job;
}

/* `{}` is the study, then the name of the file. */
enum http_result ep_export_get(struct http_request *req)
{
    struct export_job *job = job_new(req);
    struct err         err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!read_file(job, req->parameters[1])) return refuse_file(req, req->parameters[1]);
    if (!read_mode(req, &job->mode, &err) || !read_wanted(req, job, &err)) return http_reply_error(req, &err);
    job->session = http_query(req, "session");
    if (job->thing == EXPORT_PERSON && job->session == NULL)
        return err_set(&err, ERR_INVALID, "person.json needs ?session= with a session's id"), http_reply_error(req, &err);
    if ((job->thing == EXPORT_TABLE || job->thing == EXPORT_SQLITE) && !job->must_be_wanted && accepts_gzip(req))
        job->is_gzip = true;
    return http_submit(req, req->deps->exporter, &job->base, reply_with_export);
}

enum http_result ep_export_list(struct http_request *req)
{
    struct export_job *job = job_new(req);
    struct err         err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    job->thing = EXPORT_LIST;
    if (!read_mode(req, &job->mode, &err)) return http_reply_error(req, &err);
    return http_submit(req, req->deps->exporter, &job->base, reply_with_export);
}
