#include "live/ended_fits.h"

#include "base/log.h"

enum { SESSIONS_PER_STEP = 4 }; /* loading one may take tens of milliseconds */

void ended_fits_init(struct ended_fits *ended, struct lane *writer, struct broadcast *broadcast)
{
    *ended = (struct ended_fits){.writer = writer, .broadcast = broadcast};
}

void ended_fits_close(struct ended_fits *ended)
{
    id_map_close(&ended->noted);
}

void ended_fits_note(struct ended_fits *ended, int64_t condition_id)
{
    struct err err;

    if (!id_map_put(&ended->noted, condition_id, ended, &err))
        log_error("fits of condition %lld are left to the next start: %s", (long long)condition_id, err.message);
}

bool ended_fits_is_idle(const struct ended_fits *ended)
{
    return ended->noted.count == 0;
}

struct fits_job {
    struct job            job;
    const struct fit_row *rows;
    int                   count;
};

static bool fits_run(struct job *job, struct store *store, struct err *err)
{
    const struct fits_job *fits = (const struct fits_job *)job;

    for (int i = 0; i < fits->count; i++)
        if (!store_fit_put(store, &fits->rows[i], err)) return false;
    return true;
}

/* One step's sessions of one condition that is ready. */
struct batch {
    struct live_condition *condition; /* held */
    struct live_session   *sessions[SESSIONS_PER_STEP];
    bool                   was_added[SESSIONS_PER_STEP]; /* by us: dropped again afterwards */
    int                    count;
};

static bool add_session(struct roster *roster, struct batch *batch, int64_t session_id, struct err *err)
{
    struct live_session    *session = roster_session(roster, session_id);
    struct session_overview overview;
    bool                    is_found;

    /* In memory it may be behind what is stored; it is noted again once its end was followed. */
    if (session != NULL && session->overview.session.state == SESSION_ACTIVE) return true;
    batch->was_added[batch->count] = session == NULL;
    if (session == NULL) {
        if (!store_overview_of_session(roster->store, session_id, &overview, &is_found, err)) return false;
        if (!is_found) return err_set(err, ERR_NOT_FOUND, "session %lld is gone", (long long)session_id);
        if (!roster_add(roster, &overview, &session, err)) return false;
    }
    batch->sessions[batch->count++] = session;
    return true;
}

static bool load_batch(struct roster *roster, const int64_t *ids, int id_count, struct batch *batch, struct err *err)
{
    struct session_overview overview;
    bool                    is_found;

    if (!store_overview_of_session(roster->store, ids[0], &overview, &is_found, err)) return false;
    if (!is_found) return err_set(err, ERR_NOT_FOUND, "session %lld is gone", (long long)ids[0]);
    if (!roster_hold_condition(roster, overview.session.study_id, overview.session.condition_id, &batch->condition, err))
        return false;
    if (!live_condition_is_ready(batch->condition)) return true; /* noted again when its next table comes */
    for (int i = 0; i < id_count; i++)
        if (!add_session(roster, batch, ids[i], err)) return false;
    return true;
}

static void close_batch(struct roster *roster, struct batch *batch)
{
    for (int i = 0; i < batch->count; i++)
        if (batch->was_added[i]) roster_drop(roster, batch->sessions[i]);
    if (batch->condition != NULL) roster_let_condition_go(roster, batch->condition);
}

static bool write_batch(struct ended_fits *ended, const struct batch *batch, struct arena *arena, struct err *err)
{
    int             model_count = batch->condition->study->model_count;
    size_t          count       = (size_t)batch->count * (size_t)model_count;
    struct fit_row *rows        = arena_alloc_array(arena, count, sizeof *rows);
    struct fits_job job         = {.job = {.run = fits_run}, .rows = rows, .count = (int)count};

    if (rows == NULL) return err_no_memory(err);
    for (int i = 0; i < batch->count; i++) live_session_fits(batch->sessions[i], rows + (size_t)i * (size_t)model_count);
    if (!lane_run(ended->writer, &job.job, err)) return false;
    for (int i = 0; i < batch->count; i++) broadcast_session(ended->broadcast, &batch->sessions[i]->overview);
    return true;
}

static bool load_ids(struct ended_fits *ended, int64_t condition_id, struct arena *arena, struct batch *batch, bool *is_last,
                     struct err *err)
{
    struct roster *roster = ended->broadcast->roster;
    int64_t       *ids    = NULL;
    int            count  = 0;

    if (!store_sessions_without_fit(roster->store, condition_id, SESSIONS_PER_STEP, arena, &ids, &count, err)) return false;
    *is_last = count < SESSIONS_PER_STEP;
    return count == 0 || load_batch(roster, ids, count, batch, err);
}

bool ended_fits_step(struct ended_fits *ended)
{
    int64_t      condition_id;
    struct batch batch      = {0};
    bool         is_last    = true;
    bool         is_loaded  = false;
    bool         is_written = true;
    struct arena arena;
    struct err   err;

    if (ended->noted.count == 0) return true;
    condition_id = ended->noted.entries[0].id;
    arena_init(&arena);
    is_loaded = load_ids(ended, condition_id, &arena, &batch, &is_last, &err);
    if (is_loaded && batch.count > 0) is_written = write_batch(ended, &batch, &arena, &err);
    /* A crowded or stopping writer is no failure: the fits are stored later, or by the next start. */
    if ((!is_loaded || !is_written) && err.kind != ERR_BUSY)
        log_error("fits of condition %lld are not stored: %s", (long long)condition_id, err.message);
    if (is_loaded && is_written && (is_last || batch.count == 0)) id_map_remove(&ended->noted, condition_id);
    close_batch(ended->broadcast->roster, &batch);
    arena_close(&arena);
    return is_written;
}
