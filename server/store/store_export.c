#include "store/store_export.h"

#include "store/store_private.h"

static const char SQL_TRIALS[] =
    "SELECT s.public_id, s.state, s.is_pilot, s.program_version, p.participant_number, c.condition_number, c.dimension, "
    "c.points_min,"
    " c.points_max, l.name, r.name, ct.category, ct.left_points, ct.right_points, coalesce(q.is_included, s.imported_include),"
    " t.trial_id, t.session_id, t.trial_index, t.response, t.is_correct, t.is_tie, CASE t.is_rt_missing WHEN 0 THEN t.rt_ms END,"
    " CASE s.is_imported WHEN 0 THEN t.onset_ms END, t.frame_ms, t.is_visible,"
    " t.is_fullscreen, t.input, t.previous_reply_ms, t.received_at_ms,"
    " e.total_correct, e.total_scored, e.total_regret, e.total_chance_regret_doubled, e.trial_index,"
    " s.is_imported, c.is_dimension_missing"
    " FROM session AS s JOIN participant AS p USING (participant_id) JOIN condition AS c USING (condition_id)"
    " JOIN trial AS t ON t.session_id = s.session_id AND t.phase = 'main'"
    " JOIN trial AS e ON e.session_id = s.session_id AND e.phase = 'main' AND e.trial_index ="
    " (SELECT max(m.trial_index) FROM trial AS m WHERE m.session_id = s.session_id AND m.phase = 'main')"
    " JOIN condition_trial AS ct ON ct.condition_id = s.condition_id AND ct.phase = 'main' AND ct.trial_index = t.trial_index"
    " JOIN stimulus AS l ON l.stimulus_id = ct.left_stimulus_id LEFT JOIN stimulus AS r ON r.stimulus_id = ct.right_stimulus_id"
    " LEFT JOIN questionnaire AS q ON q.session_id = s.session_id"
    " WHERE s.study_id = :study_id AND " S_IN_MODE " ORDER BY s.session_id, t.trial_index";

const char *const STORE_EXPORT_SQL[] = {SQL_TRIALS, NULL};

static void read_trial(const struct stmt *stmt, struct trial_row *trial)
{
    trial->trial_id      = db_i64(stmt, 15);
    trial->session_id    = db_i64(stmt, 16);
    trial->phase         = PHASE_MAIN;
    trial->trial_index   = (int)db_i64(stmt, 17);
    trial->response      = (int)db_i64(stmt, 18);
    trial->is_correct    = db_i64(stmt, 19) != 0;
    trial->is_tie        = db_i64(stmt, 20) != 0;
    trial->rt_ms         = db_f64(stmt, 21);
    trial->onset_ms      = db_f64(stmt, 22);
    trial->frame_ms      = db_f64(stmt, 23);
    trial->is_visible    = db_i64(stmt, 24) != 0;
    trial->is_fullscreen = db_i64(stmt, 25) != 0;
    db_copy_text(stmt, 26, trial->input, sizeof trial->input);
    trial->previous_reply_ms = db_f64(stmt, 27);
    trial->received_at_ms    = db_i64(stmt, 28);
}

static bool read_row(const struct stmt *stmt, struct arena *arena, struct export_trial *out, struct err *err)
{
    db_copy_text(stmt, 0, out->session_public_id, sizeof out->session_public_id);
    db_copy_text(stmt, 1, out->session_state, sizeof out->session_state);
    out->is_pilot = db_i64(stmt, 2) != 0;
    db_copy_text(stmt, 3, out->program_version, sizeof out->program_version);
    out->participant_number = (int)db_i64(stmt, 4);
    out->condition_number   = (int)db_i64(stmt, 5);
    out->dimension          = (int)db_i64(stmt, 6);
    out->points_min         = (int)db_i64(stmt, 7);
    out->points_max         = (int)db_i64(stmt, 8);
    out->left_name          = db_text(stmt, 9, arena);
    out->right_name         = db_text(stmt, 10, arena);
    db_copy_text(stmt, 11, out->category, sizeof out->category);
    out->left_points  = (int)db_i64(stmt, 12);
    out->right_points = (int)db_i64(stmt, 13);
    out->include      = db_is_null(stmt, 14) ? -1 : (int)db_i64(stmt, 14);
    read_trial(stmt, &out->trial);
    out->last.total_correct               = db_i64(stmt, 29);
    out->last.total_scored                = db_i64(stmt, 30);
    out->last.total_regret                = db_i64(stmt, 31);
    out->last.total_chance_regret_doubled = db_i64(stmt, 32);
    out->last.trial_index                 = (int)db_i64(stmt, 33);
    out->is_imported                      = db_i64(stmt, 34) != 0;
    out->is_dimension_missing             = db_i64(stmt, 35) != 0;
    return out->left_name != NULL ? true : err_no_memory(err);
}

bool store_export_trials(struct store *store, int64_t study_id, enum session_mode mode, export_trial_fn visit, void *argument,
                         struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TRIALS);
    bool        has_row;

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_text(&stmt, ":mode", session_mode_name(mode));
    for (;;) {
        struct export_trial row = {0};
        struct arena        arena;
        bool                ok;

        if (!db_step(&stmt, &has_row, err)) return false;
        if (!has_row) return true;
        arena_init(&arena);
        ok = read_row(&stmt, &arena, &row, err) && visit(argument, &row, err);
        arena_close(&arena);
        if (!ok) {
            db_reset(&stmt);
            return false;
        }
    }
}
