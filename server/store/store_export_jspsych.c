#include <string.h>

#include "store/store_export.h"
#include "store/store_private.h"

/* Of a response that came too early the event's detail says the phase, in the wire's words, then the input. */
static const char SQL_TRIALS[] =
    "SELECT s.public_id, s.is_pilot, s.consented_at_ms, p.participant_number, c.condition_number, l.name, r.name, ct.category,"
    " ct.left_points, ct.right_points, t.session_id, t.phase, t.trial_index, t.response, t.is_correct,"
    " CASE t.is_rt_missing WHEN 0 THEN t.rt_ms END, CASE s.is_imported WHEN 0 THEN t.onset_ms END,"
    " t.received_at_ms, CASE s.is_imported WHEN 0 THEN t.input ELSE '' END,"
    " (SELECT count(*) FROM event AS e WHERE e.session_id = t.session_id AND e.kind = 'key_before_onset'"
    " AND e.trial_index = t.trial_index AND e.detail || ' ' GLOB iif(t.phase = 'main', 'trials *', 'practice *'))"
    " FROM session AS s JOIN participant AS p USING (participant_id) JOIN condition AS c USING (condition_id)"
    " JOIN trial AS t ON t.session_id = s.session_id"
    " JOIN condition_trial AS ct ON ct.condition_id = s.condition_id AND ct.phase = t.phase AND ct.trial_index = t.trial_index"
    " JOIN stimulus AS l ON l.stimulus_id = ct.left_stimulus_id LEFT JOIN stimulus AS r ON r.stimulus_id = ct.right_stimulus_id"
    " WHERE s.study_id = :study_id AND " S_IN_MODE " ORDER BY s.session_id, t.phase = 'main', t.trial_index";

const char *const STORE_EXPORT_JSPSYCH_SQL[] = {SQL_TRIALS, NULL};

static bool read_row(const struct stmt *stmt, struct arena *arena, struct export_jspsych_trial *out, struct err *err)
{
    char phase[STATE_BYTES];

    db_copy_text(stmt, 0, out->session_public_id, sizeof out->session_public_id);
    out->is_pilot           = db_i64(stmt, 1) != 0;
    out->consented_at_ms    = db_i64(stmt, 2);
    out->participant_number = (int)db_i64(stmt, 3);
    out->condition_number   = (int)db_i64(stmt, 4);
    out->left_name          = db_text(stmt, 5, arena);
    out->right_name         = db_text(stmt, 6, arena);
    db_copy_text(stmt, 7, out->category, sizeof out->category);
    out->left_points      = (int)db_i64(stmt, 8);
    out->right_points     = (int)db_i64(stmt, 9);
    out->trial.session_id = db_i64(stmt, 10);
    db_copy_text(stmt, 11, phase, sizeof phase);
    out->trial.phase          = strcmp(phase, phase_name(PHASE_MAIN)) == 0 ? PHASE_MAIN : PHASE_PRACTICE;
    out->trial.trial_index    = (int)db_i64(stmt, 12);
    out->trial.response       = (int)db_i64(stmt, 13);
    out->trial.is_correct     = db_i64(stmt, 14) != 0;
    out->trial.rt_ms          = db_f64(stmt, 15);
    out->trial.onset_ms       = db_f64(stmt, 16);
    out->trial.received_at_ms = db_i64(stmt, 17);
    db_copy_text(stmt, 18, out->trial.input, sizeof out->trial.input);
    out->early_key_count = (int)db_i64(stmt, 19);
    return out->left_name != NULL ? true : err_no_memory(err);
}

bool store_export_jspsych(struct store *store, int64_t study_id, enum session_mode mode, export_jspsych_fn visit, void *argument,
                          struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TRIALS);
    bool        has_row;

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_text(&stmt, ":mode", session_mode_name(mode));
    for (;;) {
        struct export_jspsych_trial row = {0};
        struct arena                arena;
        bool                        ok;

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
