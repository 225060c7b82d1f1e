#include "store/store_export.h"

#include <string.h>

#include "store/store_private.h"

/* Session by session, so that nothing has to be sorted; what a condition shows is read once and kept, since every session of it shows
 * the same. `e` is the newest main trial. */
static const char SQL_SESSIONS[] =
    "SELECT s.session_id, s.public_id, s.state, s.is_pilot, s.program_version, s.condition_id, p.participant_number,"
    " c.condition_number, c.dimension, c.points_min, c.points_max,"
    " coalesce(q.is_included, s.imported_include),"
    " e.total_correct, e.total_scored, e.total_regret, e.total_chance_regret_doubled, e.trial_index,"
    " s.is_imported, c.is_dimension_missing"
    " FROM session AS s JOIN participant AS p USING (participant_id) JOIN condition AS c USING (condition_id)"
    " JOIN trial AS e ON e.session_id = s.session_id AND e.phase = 'main' AND e.trial_index ="
    " (SELECT max(m.trial_index) FROM trial AS m WHERE m.session_id = s.session_id AND m.phase = 'main')"
    " LEFT JOIN questionnaire AS q ON q.session_id = s.session_id"
    " WHERE s.study_id = :study_id AND " S_IN_MODE " ORDER BY s.session_id";
static const char SQL_TRIALS[] =
    "SELECT trial_id, trial_index, response, is_correct, is_tie, CASE is_rt_missing WHEN 0 THEN rt_ms END,"
    " onset_ms, frame_ms, is_visible, is_fullscreen, input,"
    " previous_reply_ms, received_at_ms FROM trial WHERE session_id = :session_id AND phase = 'main' ORDER BY trial_index";
static const char SQL_CONDITION[] =
    "SELECT l.name, r.name, ct.category, ct.left_points, ct.right_points FROM condition_trial AS ct"
    " JOIN stimulus AS l ON l.stimulus_id = ct.left_stimulus_id LEFT JOIN stimulus AS r ON r.stimulus_id = ct.right_stimulus_id"
    " WHERE ct.condition_id = :condition_id AND ct.phase = 'main' ORDER BY ct.trial_index";

const char *const STORE_EXPORT_SQL[] = {SQL_SESSIONS, SQL_TRIALS, SQL_CONDITION, NULL};

struct shown_trial {
    const char *left_name;
    const char *right_name;
    char        category[8];
    int         left_points;
    int         right_points;
};

struct shown_condition {
    int64_t                 condition_id;
    struct shown_trial     *trials;
    int                     count;
    struct shown_condition *next;
};

struct trials_reader {
    struct store           *store;
    struct arena            arena;      /* of the conditions */
    struct shown_condition *conditions; /* the newest first */
    export_trial_fn         visit;
    void                   *argument;
};

static bool read_shown(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct shown_trial *out = row;

    out->left_name  = db_text(stmt, 0, arena);
    out->right_name = db_text(stmt, 1, arena);
    db_copy_text(stmt, 2, out->category, sizeof out->category);
    out->left_points  = (int)db_i64(stmt, 3);
    out->right_points = (int)db_i64(stmt, 4);
    return out->left_name != NULL ? true : err_no_memory(err);
}

static struct shown_condition *find_condition(struct trials_reader *reader, int64_t condition_id, struct err *err)
{
    struct shown_condition *at = reader->conditions;
    struct stmt             stmt;
    void                   *rows = NULL;

    while (at != NULL && at->condition_id != condition_id) at = at->next;
    if (at != NULL) return at;
    at = arena_alloc(&reader->arena, sizeof *at);
    if (at == NULL) return err_no_memory(err), NULL;
    stmt = db_stmt(reader->store->db, SQL_CONDITION);
    db_bind_i64(&stmt, ":condition_id", condition_id);
    if (!rows_collect(&stmt, &reader->arena, sizeof *at->trials, read_shown, &rows, &at->count, err)) return NULL;
    at->condition_id   = condition_id;
    at->trials         = rows;
    at->next           = reader->conditions;
    reader->conditions = at;
    return at;
}

static void read_session(const struct stmt *stmt, struct export_trial *out)
{
    out->trial.session_id = db_i64(stmt, 0);
    out->trial.phase      = PHASE_MAIN;
    db_copy_text(stmt, 1, out->session_public_id, sizeof out->session_public_id);
    db_copy_text(stmt, 2, out->session_state, sizeof out->session_state);
    out->is_pilot = db_i64(stmt, 3) != 0;
    db_copy_text(stmt, 4, out->program_version, sizeof out->program_version);
    out->participant_number               = (int)db_i64(stmt, 6);
    out->condition_number                 = (int)db_i64(stmt, 7);
    out->dimension                        = (int)db_i64(stmt, 8);
    out->points_min                       = (int)db_i64(stmt, 9);
    out->points_max                       = (int)db_i64(stmt, 10);
    out->include                          = db_is_null(stmt, 11) ? -1 : (int)db_i64(stmt, 11);
    out->last.total_correct               = db_i64(stmt, 12);
    out->last.total_scored                = db_i64(stmt, 13);
    out->last.total_regret                = db_i64(stmt, 14);
    out->last.total_chance_regret_doubled = db_i64(stmt, 15);
    out->last.trial_index                 = (int)db_i64(stmt, 16);
    out->is_imported                      = db_i64(stmt, 17) != 0;
    out->is_dimension_missing             = db_i64(stmt, 18) != 0;
}

static bool read_trial(const struct stmt *stmt, const struct shown_condition *condition, struct export_trial *out,
                       struct err *err)
{
    struct trial_row         *trial = &out->trial;
    const struct shown_trial *shown;

    trial->trial_id      = db_i64(stmt, 0);
    trial->trial_index   = (int)db_i64(stmt, 1);
    trial->response      = (int)db_i64(stmt, 2);
    trial->is_correct    = db_i64(stmt, 3) != 0;
    trial->is_tie        = db_i64(stmt, 4) != 0;
    trial->rt_ms         = db_f64(stmt, 5);
    trial->onset_ms      = db_f64(stmt, 6);
    trial->frame_ms      = db_f64(stmt, 7);
    trial->is_visible    = db_i64(stmt, 8) != 0;
    trial->is_fullscreen = db_i64(stmt, 9) != 0;
    db_copy_text(stmt, 10, trial->input, sizeof trial->input);
    trial->previous_reply_ms = db_f64(stmt, 11);
    trial->received_at_ms    = db_i64(stmt, 12);
    if (trial->trial_index >= condition->count)
        return err_set(err, ERR_STORAGE, "trial %d of session %s is not in its condition", trial->trial_index,
                       out->session_public_id);
    shown             = &condition->trials[trial->trial_index];
    out->left_name    = shown->left_name;
    out->right_name   = shown->right_name;
    out->left_points  = shown->left_points;
    out->right_points = shown->right_points;
    memcpy(out->category, shown->category, sizeof out->category);
    return true;
}

static bool visit_session(struct trials_reader *reader, const struct shown_condition *condition, struct export_trial *row,
                          struct err *err)
{
    struct stmt stmt    = db_stmt(reader->store->db, SQL_TRIALS);
    bool        has_row = true;

    db_bind_i64(&stmt, ":session_id", row->trial.session_id);
    for (;;) {
        if (!db_step(&stmt, &has_row, err)) return false;
        if (!has_row) return true;
        if (!read_trial(&stmt, condition, row, err) || !reader->visit(reader->argument, row, err)) {
            db_reset(&stmt);
            return false;
        }
    }
}

static bool visit_sessions(struct trials_reader *reader, struct stmt *stmt, struct err *err)
{
    bool has_row = true;

    for (;;) {
        struct export_trial           row = {0};
        const struct shown_condition *condition;

        if (!db_step(stmt, &has_row, err)) return false;
        if (!has_row) return true;
        read_session(stmt, &row);
        condition = find_condition(reader, db_i64(stmt, 5), err);
        if (condition == NULL || !visit_session(reader, condition, &row, err)) {
            db_reset(stmt);
            return false;
        }
    }
}

bool store_export_trials(struct store *store, int64_t study_id, enum session_mode mode, export_trial_fn visit, void *argument,
                         struct err *err)
{
    struct trials_reader reader = {.store = store, .visit = visit, .argument = argument};
    struct stmt          stmt   = db_stmt(store->db, SQL_SESSIONS);
    bool                 ok;

    arena_init(&reader.arena);
    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_text(&stmt, ":mode", session_mode_name(mode));
    ok = visit_sessions(&reader, &stmt, err);
    arena_close(&reader.arena);
    return ok;
}
