#include "store/store_person.h"

#include <string.h>

#include "store/store_private.h"

enum { CELLS_MAX = 40 };

static const char SQL_SESSION[] =
    "SELECT st.slug AS study, st.title, st.task, s.public_id AS session, p.participant_number AS participant,"
    " p.created_at_ms, s.is_pilot, s.is_imported, s.state, s.end_reason, s.language, s.eligibility, c.condition_number AS "
    "condition,"
    " c.dimension + 1 AS dimension, s.consented_at_ms, s.comprehension_passed_at_ms, s.ended_at_ms, s.seen_at_ms, s.page_number,"
    " s.program_version, s.settings_sha256, s.stimulus_set_sha256, s.representations_sha256"
    " FROM session AS s JOIN participant AS p USING (participant_id) JOIN study AS st ON st.study_id = s.study_id"
    " JOIN condition AS c ON c.condition_id = s.condition_id WHERE s.session_id = :session_id";
static const char SQL_ACCEPTANCES[] =
    "SELECT a.kind, a.accepted_at_ms, a.sha256, d.text FROM acceptance AS a JOIN document AS d USING (sha256)"
    " WHERE a.session_id = :session_id ORDER BY a.kind";
static const char SQL_COMPREHENSION[] = "SELECT attempt_number, answers, is_passed, received_at_ms FROM comprehension_attempt"
                                        " WHERE session_id = :session_id ORDER BY attempt_number";
static const char SQL_TRIALS[] =
    "SELECT t.phase, t.trial_index AS trial, l.name AS left_picture, r.name AS right_picture, ct.category, ct.left_points,"
    " ct.right_points, t.response, t.is_correct, t.is_tie, iif(t.is_rt_missing, NULL, t.rt_ms) AS rt_ms, t.onset_ms, t.frame_ms, "
    "t.is_visible, t.is_fullscreen, "
    "t.input,"
    " t.previous_reply_ms, t.received_at_ms FROM session AS s JOIN trial AS t USING (session_id)"
    " JOIN condition_trial AS ct ON ct.condition_id = s.condition_id AND ct.phase = t.phase AND ct.trial_index = t.trial_index"
    " JOIN stimulus AS l ON l.stimulus_id = ct.left_stimulus_id LEFT JOIN stimulus AS r ON r.stimulus_id = ct.right_stimulus_id"
    " WHERE s.session_id = :session_id ORDER BY t.phase = 'main', t.trial_index";
static const char SQL_EVENTS[] = "SELECT event_index, kind, at_ms, trial_index, detail, received_at_ms FROM event"
                                 " WHERE session_id = :session_id ORDER BY event_index";
static const char SQL_QUESTIONNAIRE[] =
    "SELECT gender, age, strategy, is_included, received_at_ms FROM questionnaire WHERE session_id = :session_id";
static const char SQL_FITS[] =
    "SELECT r.name AS representation, f.learner, f.trial_count, f.log_evidence, f.r2_online, f.posterior_prob, f.beta_mean,"
    " f.beta_low, f.beta_high FROM fit AS f JOIN representation AS r USING (representation_id)"
    " WHERE f.session_id = :session_id ORDER BY r.name, f.learner";

#define ID_OF_SESSION "FROM session AS s JOIN identity AS i ON i.participant_id = s.participant_id AND s.session_id = :session_id"
static const char SQL_REFUSALS[] =
    "SELECT f.outcome, f.refused_at_ms " ID_OF_SESSION " JOIN refusal AS f ON f.study_id = s.study_id AND f.id_hash = i.id_hash";
static const char SQL_ELSEWHERE[] =
    "SELECT st.slug AS study, o.public_id AS session, o.state, o.is_pilot, o.consented_at_ms " ID_OF_SESSION
    " JOIN identity AS j ON j.id_hash = i.id_hash JOIN session AS o ON o.participant_id = j.participant_id"
    " JOIN study AS st ON st.study_id = o.study_id WHERE o.session_id <> s.session_id ORDER BY o.session_id";

static const struct {
    const char *name;
    const char *sql;
} PARTS[PERSON_PART_COUNT] = {
    [PERSON_SESSION]       = {"session", SQL_SESSION},
    [PERSON_ACCEPTANCES]   = {"acceptances", SQL_ACCEPTANCES},
    [PERSON_COMPREHENSION] = {"comprehension_attempts", SQL_COMPREHENSION},
    [PERSON_TRIALS]        = {"trials", SQL_TRIALS},
    [PERSON_EVENTS]        = {"events", SQL_EVENTS},
    [PERSON_QUESTIONNAIRE] = {"questionnaire", SQL_QUESTIONNAIRE},
    [PERSON_FITS]          = {"fits", SQL_FITS},
    [PERSON_REFUSALS]      = {"refusals", SQL_REFUSALS},
    [PERSON_ELSEWHERE]     = {"other_sessions", SQL_ELSEWHERE},
};

const char *const STORE_PERSON_SQL[] = {SQL_SESSION,       SQL_ACCEPTANCES, SQL_COMPREHENSION, SQL_TRIALS,    SQL_EVENTS,
                                        SQL_QUESTIONNAIRE, SQL_FITS,        SQL_REFUSALS,      SQL_ELSEWHERE, NULL};

const char *person_part_name(enum person_part part)
{
    return PARTS[part].name;
}

/* The columns that hold JSON, by name. */
static bool is_json(const char *name)
{
    return strcmp(name, "eligibility") == 0 || strcmp(name, "answers") == 0;
}

static void read_cell(const struct stmt *stmt, int column, struct person_cell *out)
{
    *out = (struct person_cell){.name = db_column_name(stmt, column)};
    switch (db_value_of(stmt, column)) {
    case DB_NULL:
        break;
    case DB_I64:
        out->kind   = PERSON_NUMBER;
        out->number = db_i64(stmt, column);
        break;
    case DB_F64:
        out->kind = PERSON_REAL;
        out->real = db_f64(stmt, column);
        break;
    case DB_TEXT:
        out->kind = is_json(out->name) ? PERSON_JSON : PERSON_TEXT;
        out->text = db_text_view(stmt, column);
        break;
    case DB_BLOB:
        out->kind = PERSON_HASH;
        db_hash(stmt, column, &out->hash);
        break;
    }
}

bool store_person_rows(struct store *store, enum person_part part, int64_t session_id, person_row_fn visit, void *argument,
                       struct err *err)
{
    struct stmt stmt    = db_stmt(store->db, PARTS[part].sql);
    bool        has_row = true;

    db_bind_i64(&stmt, ":session_id", session_id);
    for (;;) {
        struct person_cell cells[CELLS_MAX];
        int                count;

        if (!db_step(&stmt, &has_row, err)) return false;
        if (!has_row) return true;
        count = db_column_count(&stmt);
        for (int i = 0; i < count && i < CELLS_MAX; i++) read_cell(&stmt, i, &cells[i]);
        if (!visit(argument, cells, count, err)) break;
    }
    db_reset(&stmt);
    return false;
}
