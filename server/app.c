#include "app.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "base/stop_signal.h"
#include "data.h"
#include "exports.h"
#include "http/server.h"
#include "live/fit_worker.h"
#include "live/group_worker.h"
#include "live/table_worker.h"
#include "store/backup_expiry.h"
#include "study/enroll.h"
#include "study/export_cache.h"
#include "study/import_demo.h"
#include "study/import_queue.h"
#include "study/retention.h"
#include "study/upload.h"

enum {
    PASSWORD_QUEUE_MAX = 16, /* about 0.1 s each: who comes later is told to try again */
    EXPORT_QUEUE_MAX   = 16,
    IMPORT_QUEUE_MAX   = 100,        /* all representations of a set at once; their bytes are on the disk already */
    QUEUE_MAX          = 100 * 1000, /* jobs waiting; at 20,000 a second five seconds of work */
    HOUSEKEEPING_S     = 60,
    RETENTION_PERIOD_S = 24 * 60 * 60,
    FILE_LIMIT_WANTED  = 65536,
};

struct app {
    const struct app_settings     *settings;
    struct data                    data; /* folder, lock, and the store of the start */
    struct secret_key              key;
    char                           database[PATH_BYTES];
    struct study_catalog          *writer_catalog;
    struct study_catalog          *reader_catalog;
    struct lane                   *writer;
    struct lane                   *reader;
    struct lane                   *exporter; /* a reader of its own: an export of every fit of a large study takes a while */
    struct study_catalog          *exporter_catalog;
    struct lane                   *importer;  /* another one: an import must not wait for an export */
    struct lane                   *passwords; /* a reader of its own: hashing is slow on purpose */
    struct hub                    *hub;
    _Atomic(struct fit_worker *)   fit_worker; /* read by the writer's thread after each commit */
    _Atomic(struct table_worker *) table_worker;
    struct group_worker           *group_worker;
    struct table_progress         *table_progress; /* written by the table worker, read by whoever tells researchers */
    struct import_queue           *imports;
    struct http_server            *server;
    struct meters                  meters;
};

static void on_committed(void *argument)
{
    struct app          *app          = argument;
    struct fit_worker   *fit_worker   = atomic_load(&app->fit_worker);
    struct table_worker *table_worker = atomic_load(&app->table_worker);

    rate_counter_add(&app->meters.commits, clock_monotonic_us(&CLOCK_SYSTEM), 1);
    if (fit_worker != NULL) fit_worker_nudge(fit_worker);
    if (table_worker != NULL) table_worker_nudge(table_worker);
}

/* --- start --- */

static bool open_data(struct app *app, struct err *err)
{
    struct import_place place;

    if (!data_open(app->settings->data, &app->data, err)) return false;
    data_folder_database(&app->data.folder, app->database);
    if (!store_prepare_all(app->data.store, err)) return false;
    if (!identity_key_open(&app->data.folder, app->data.store, &app->key, err)) return false;
    place = data_import_place(&app->data);
    return app->settings->demo == NULL || import_demo(&place, app->settings->demo, err);
}

static bool start_lanes(struct app *app, struct err *err)
{
    struct lane_settings writer   = {.kind               = LANE_WRITER,
                                     .database_path      = app->database,
                                     .queue_max          = QUEUE_MAX,
                                     .committed          = on_committed,
                                     .committed_argument = app};
    struct lane_settings reader   = {.kind = LANE_READER, .database_path = app->database, .queue_max = QUEUE_MAX};
    struct lane_settings exporter = {
        .kind = LANE_READER, .database_path = app->database, .queue_max = EXPORT_QUEUE_MAX, .is_unhurried = true};
    struct lane_settings importer = {
        .kind = LANE_READER, .database_path = app->database, .queue_max = IMPORT_QUEUE_MAX, .is_unhurried = true};
    struct lane_settings passwords = {.kind = LANE_READER, .database_path = app->database, .queue_max = PASSWORD_QUEUE_MAX};

    app->writer_catalog   = study_catalog_new(err);
    app->reader_catalog   = app->writer_catalog == NULL ? NULL : study_catalog_new(err);
    app->exporter_catalog = app->reader_catalog == NULL ? NULL : study_catalog_new(err);
    if (app->exporter_catalog == NULL) return false;
    app->writer = lane_start(&writer, err);
    if (app->writer == NULL) return false;
    app->reader = lane_start(&reader, err);
    if (app->reader == NULL) return false;
    app->exporter = lane_start(&exporter, err);
    if (app->exporter == NULL) return false;
    app->importer = lane_start(&importer, err);
    if (app->importer == NULL) return false;
    app->passwords = lane_start(&passwords, err);
    return app->passwords != NULL;
}

static bool start_live(struct app *app, struct err *err)
{
    struct fit_worker_deps fit_deps = {
        .database_path = app->database, .writer = app->writer, .clock = &CLOCK_SYSTEM, .meters = &app->meters};
    struct table_worker_deps table_deps;
    struct group_worker_deps group_deps;
    struct import_queue_deps import_deps;
    struct fit_worker       *fit_worker;

    app->hub = hub_new(err);
    if (app->hub == NULL) return false;
    app->table_progress = table_progress_new(err);
    if (app->table_progress == NULL) return false;
    hub_measure(app->hub, &app->meters);
    fit_deps.hub      = app->hub;
    fit_deps.progress = app->table_progress;
    fit_worker        = fit_worker_start(&fit_deps, err);
    if (fit_worker == NULL) return false;
    atomic_store(&app->fit_worker, fit_worker);
    table_deps = (struct table_worker_deps){.database_path = app->database,
                                            .folder        = &app->data.folder,
                                            .writer        = app->writer,
                                            .fit_worker    = fit_worker,
                                            .progress      = app->table_progress,
                                            .clock         = &CLOCK_SYSTEM};
    atomic_store(&app->table_worker, table_worker_start(&table_deps, err));
    if (atomic_load(&app->table_worker) == NULL) return false;
    group_deps        = (struct group_worker_deps){.database_path = app->database, .hub = app->hub, .clock = &CLOCK_SYSTEM};
    app->group_worker = group_worker_start(&group_deps, err);
    if (app->group_worker == NULL) return false;
    import_deps = (struct import_queue_deps){
        .database_path = app->database, .folder = &app->data.folder, .writer = app->writer, .clock = &CLOCK_SYSTEM};
    app->imports = import_queue_start(&import_deps, err);
    return app->imports != NULL;
}

static bool start_http(struct app *app, struct err *err)
{
    struct http_settings settings = {.address       = app->settings->address,
                                     .port          = app->settings->port,
                                     .loop_count    = app->settings->loop_count,
                                     .database_path = app->database};
    struct http_deps     shared   = {
              .writer           = app->writer,
              .writer_catalog   = app->writer_catalog,
              .reader           = app->reader,
              .reader_catalog   = app->reader_catalog,
              .exporter         = app->exporter,
              .exporter_catalog = app->exporter_catalog,
              .importer         = app->importer,
              .export_kinds     = EXPORT_KINDS,
              .key              = &app->key,
              .passwords        = app->passwords,
              .hub              = app->hub,
              .imports          = app->imports,
              .folder           = &app->data.folder,
              .clock            = &CLOCK_SYSTEM,
              .meters           = &app->meters,
    };

    app->server = http_server_start(&settings, &shared, err);
    return app->server != NULL;
}

/* Suspended connections and idle dashboards each hold a descriptor. */
static void raise_file_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= FILE_LIMIT_WANTED) return;
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || limit.rlim_max > FILE_LIMIT_WANTED ? FILE_LIMIT_WANTED : limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) log_warning("the limit of open files could not be raised");
}

/* --- what is said at the start --- */

static bool write_setup_link(struct store *store, const char *base, struct text *out, struct err *err)
{
    char               token[SECRET_TOKEN_LENGTH + 1];
    struct secret_hash hash;
    int                count;

    if (!store_account_count(store, &count, err)) return false;
    if (count > 0) {
        text_printf(out, "  researchers     %s/\n", base);
        return true;
    }
    secret_token_make(token);
    secret_token_hash(token, &hash);
    if (!store_setup_link_insert(store, &hash, clock_wall_ms(&CLOCK_SYSTEM), err)) return false;
    text_printf(out, "  researcher      %s/setup#%s\n                  (once: sets your name and password)\n", base, token);
    return true;
}

struct links_job {
    struct job  job;
    const char *base;
    struct text text; /* printed once the link is committed */
};

static bool write_links(struct job *job, struct store *store, struct err *err)
{
    const char       *base = ((struct links_job *)job)->base;
    struct text      *out  = &((struct links_job *)job)->text;
    struct study_row *rows;
    struct arena      arena;
    int               count = 0;
    bool              ok;

    arena_init(&arena);
    ok = store_studies(store, &arena, &rows, &count, err);
    text_printf(out, "\nDinolab is serving on %s\n", base);
    for (int i = 0; ok && i < count; i++)
        text_printf(out, "  participants    %s/s/%s   (%s)\n", base, rows[i].slug, rows[i].state);
    arena_close(&arena);
    ok = ok && write_setup_link(store, base, out, err);
    text_add(out, "  stop with Ctrl-C; everything acknowledged is on disk\n\n");
    return ok && text_ok(out, err);
}

static bool say_links(struct app *app, struct err *err)
{
    char             base[64];
    struct links_job job = {.job = {.run = write_links}, .base = base};
    bool             ok;

    (void)snprintf(base, sizeof base, "http://%s:%d", app->settings->address, http_server_port(app->server));
    text_init(&job.text);
    ok = lane_run(app->writer, &job.job, err);
    if (ok) (void)fputs(job.text.data, stdout);
    (void)fflush(stdout);
    text_close(&job.text);
    return ok;
}

/* --- while it runs --- */

struct absent_job {
    struct job            job;
    struct study_catalog *catalog;
    int64_t               served_ms;
};

static bool close_absent(struct job *job, struct store *store, struct err *err)
{
    const struct absent_job *absent = (struct absent_job *)job;
    int                      count;

    if (!enroll_close_absent(store, absent->catalog, clock_wall_ms(&CLOCK_SYSTEM), absent->served_ms, &count, err)) return false;
    if (count > 0) log_info("%d absent sessions closed; their conditions are free again", count);
    return true;
}

static bool delete_personal(struct job *job, struct store *store, struct err *err)
{
    int count;

    (void)job;
    if (!retention_run(store, clock_wall_ms(&CLOCK_SYSTEM), &count, err)) return false;
    if (count > 0) log_info("personal data of %d studies deleted: their retention dates have come", count);
    return true;
}

/* At the start, and then once a day. */
static void keep_retention(struct app *app, int64_t *next_ms)
{
    struct job job = {.run = delete_personal};
    struct err err;
    int64_t    now_ms = clock_wall_ms(&CLOCK_SYSTEM);

    if (now_ms < *next_ms) return;
    *next_ms = now_ms + (int64_t)RETENTION_PERIOD_S * 1000;
    if (!lane_run(app->writer, &job, &err)) log_error("deleting personal data whose time is over: %s", err.message);
}

static void keep_house(struct app *app, int64_t served_ms)
{
    struct absent_job job = {.job = {.run = close_absent}, .catalog = app->writer_catalog, .served_ms = served_ms};
    struct err        err;
    int               removed_count;

    if (!lane_run(app->writer, &job.job, &err)) log_error("closing absent sessions: %s", err.message);
    export_cache_expire(&app->data.folder, clock_wall_ms(&CLOCK_SYSTEM), EXPORT_CACHE_KEEP_MS);
    if (!backup_expiry_run(app->database, app->settings->backup_days, clock_wall_ms(&CLOCK_SYSTEM), &removed_count, &err))
        log_error("%s", err.message);
}

static void expire_uploads(struct app *app)
{
    const int64_t before_ms = clock_wall_ms(&CLOCK_SYSTEM) - (int64_t)UPLOAD_KEEP_HOURS * 60 * 60 * 1000;
    struct err    err;
    int           removed_count;

    if (!upload_expire(&app->data.folder, before_ms, &removed_count, &err))
        log_error("removing old uploads: %s", err.message);
    else if (removed_count > 0)
        log_info("%d uploads that nobody went on with are removed", removed_count);
}

static void wait_for_signal(struct app *app)
{
    int64_t began_us     = clock_monotonic_us(&CLOCK_SYSTEM);
    int64_t retention_ms = 0;

    do {
        expire_uploads(app);
        keep_retention(app, &retention_ms);
        keep_house(app, (clock_monotonic_us(&CLOCK_SYSTEM) - began_us) / 1000);
    } while (!stop_signal_wait((int64_t)HOUSEKEEPING_S * 1000));
    log_info("stopping");
}

/* --- stop, in reverse; what waits is finished first --- */

static void app_stop(struct app *app)
{
    struct fit_worker   *fit_worker   = atomic_load(&app->fit_worker);
    struct table_worker *table_worker = atomic_load(&app->table_worker);

    if (app->server != NULL) http_server_quiesce(app->server);
    if (app->hub != NULL) hub_stop(app->hub);
    import_queue_stop(app->imports); /* writes by the writer: before it */
    lane_stop(app->writer);          /* the last commits; after it nobody nudges */
    lane_stop(app->reader);
    lane_stop(app->exporter);
    lane_stop(app->importer);
    lane_stop(app->passwords);
    group_worker_stop(app->group_worker);
    table_worker_stop(table_worker);
    fit_worker_stop(fit_worker);
    http_server_stop(app->server);
    lane_free(app->passwords);
    lane_free(app->importer);
    lane_free(app->exporter);
    lane_free(app->reader);
    lane_free(app->writer);
    hub_free(app->hub);
    table_progress_free(app->table_progress);
    study_catalog_free(app->exporter_catalog);
    study_catalog_free(app->reader_catalog);
    study_catalog_free(app->writer_catalog);
    data_close(&app->data);
}

/* Tour 2/9: the parts and the order in which they start. */
bool app_serve(const struct app_settings *settings, struct err *err)
{
    struct app app = {.settings = settings, .data = {.lock = -1}};
    sigset_t   broken_pipe;
    bool       ok;

    app.meters.started_at_ms = clock_wall_ms(&CLOCK_SYSTEM);
    atomic_store(&app.meters.tables_left_ms, -1);
    (void)sigemptyset(&broken_pipe);
    (void)sigaddset(&broken_pipe, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &broken_pipe, NULL); /* before the threads: they inherit it */
    stop_signal_hold();
    raise_file_limit();
    ok = open_data(&app, err) && start_lanes(&app, err) && start_live(&app, err) && start_http(&app, err) && say_links(&app, err);
    if (ok) wait_for_signal(&app);
    app_stop(&app);
    return ok;
}
