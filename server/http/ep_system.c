#include "base/version.h"
#include "http/endpoints.h"
#include "http/reply.h"
#include "study/system_view.h"
#include "json/json_write.h"

/* How the server is. Counts come from the reader's thread; the rest are meters. */

struct system_job {
    struct http_job           base;
    struct study_catalog     *catalog;
    const struct data_folder *folder;
    struct system_view        view;
};

static bool system_run(struct job *job, struct store *store, struct err *err)
{
    struct system_job *system = (struct system_job *)job;

    return system_view_load(store, system->catalog, system->folder, &system->view, err);
}

static void write_lag(struct json_writer *writer, const char *key, const struct lag_histogram *histogram, int64_t now_us)
{
    struct lag_summary summary;

    lag_histogram_summary(histogram, now_us, &summary);
    json_begin_object(writer, key);
    json_i64(writer, "count", summary.count);
    if (summary.count > 0) {
        json_f64(writer, "p50_ms", summary.p50_ms);
        json_f64(writer, "p99_ms", summary.p99_ms);
    } else {
        json_null(writer, "p50_ms");
        json_null(writer, "p99_ms");
    }
    json_end_object(writer);
}

static void write_queue(struct json_writer *writer, const char *name, int64_t length, int64_t longest)
{
    json_begin_object(writer, NULL);
    json_text(writer, "name", name);
    json_i64(writer, "length", length);
    json_i64(writer, "longest", longest);
    json_end_object(writer);
}

static void write_lane(struct json_writer *writer, const char *name, struct lane *lane)
{
    struct lane_counts counts;

    lane_counts(lane, &counts);
    write_queue(writer, name, counts.waiting_count, counts.longest_count);
}

/* `fits`: trials stored whose numbers are not known yet. It may have gone past what this view of the store has. */
static void write_queues(struct json_writer *writer, const struct http_deps *deps, const struct system_view *view)
{
    int64_t followed = atomic_load_explicit(&deps->meters->followed_trial_id, memory_order_relaxed);
    int64_t behind   = view->newest_trial_id > followed ? view->newest_trial_id - followed : 0;
    int64_t longest  = atomic_load_explicit(&deps->meters->longest_behind, memory_order_relaxed);

    while (behind > longest && !atomic_compare_exchange_weak(&deps->meters->longest_behind, &longest, behind)) continue;
    json_begin_array(writer, "queues");
    write_lane(writer, "writer", deps->writer);
    write_lane(writer, "reader", deps->reader);
    write_lane(writer, "exporter", deps->exporter);
    write_lane(writer, "passwords", deps->passwords);
    write_queue(writer, "fits", behind, behind > longest ? behind : longest);
    json_end_array(writer);
}

static void write_tables(struct json_writer *writer, const struct meters *meters, const struct system_view *view)
{
    int64_t left_ms = atomic_load_explicit(&meters->tables_left_ms, memory_order_relaxed);

    json_begin_object(writer, "value_tables");
    json_i64(writer, "planned", view->planned_table_count);
    json_i64(writer, "ready", view->ready_table_count);
    json_i64(writer, "failed", atomic_load_explicit(&meters->tables_failed, memory_order_relaxed));
    if (view->ready_table_count >= view->planned_table_count)
        json_f64(writer, "left_s", 0.0);
    else if (left_ms < 0)
        json_null(writer, "left_s");
    else
        json_f64(writer, "left_s", (double)left_ms / 1000.0);
    json_end_object(writer);
}

static void write_system(struct json_writer *writer, const struct http_deps *deps, const struct system_view *view)
{
    struct meters *meters = deps->meters;
    int64_t        now_us = clock_monotonic_us(deps->clock);

    json_begin_object(writer, NULL);
    json_text(writer, "version", DINOLAB_VERSION);
    json_i64(writer, "started_at_ms", meters->started_at_ms);
    write_lag(writer, "reply", &meters->reply, now_us);
    write_lag(writer, "dashboard", &meters->dashboard, now_us);
    json_f64(writer, "commits_per_s", rate_counter_per_s(&meters->commits, now_us));
    json_f64(writer, "responses_per_s", rate_counter_per_s(&meters->responses, now_us));
    write_queues(writer, deps, view);
    write_tables(writer, meters, view);
    json_i64(writer, "streams", atomic_load_explicit(&meters->stream_count, memory_order_relaxed));
    json_i64(writer, "sessions_active", view->active_count);
    json_i64(writer, "sessions_in_memory", atomic_load_explicit(&meters->sessions_in_memory, memory_order_relaxed));
    json_i64(writer, "memory_bytes", view->memory_bytes);
    json_begin_object(writer, "disk");
    json_i64(writer, "free_bytes", view->disk_free_bytes);
    json_i64(writer, "total_bytes", view->disk_total_bytes);
    json_i64(writer, "database_bytes", view->database_bytes);
    json_end_object(writer);
    json_end_object(writer);
}

static enum http_result reply_with_system(struct http_request *req, struct http_job *job)
{
    struct json_writer writer;
    struct text        json;

    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    text_init(&json);
    json_writer_init(&writer, &json);
    write_system(&writer, req->deps, &((struct system_job *)job)->view);
    return http_reply_json(req, 200, &json);
}

enum http_result ep_system_get(struct http_request *req)
{
    struct system_job *job = arena_alloc(&req->arena, sizeof *job);
    struct err         err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    job->base.base.run = system_run;
    job->catalog       = req->deps->reader_catalog;
    job->folder        = req->deps->folder;
    return http_submit(req, req->deps->reader, &job->base, reply_with_system);
}
