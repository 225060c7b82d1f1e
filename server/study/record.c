#include "study/record.h"

#include <stdio.h>

#include "base/text.h"
#include "store/store_identity.h"
#include "store/store_record.h"
#include "study/enroll.h"

struct tally record_tally(const struct trial_row *trial)
{
    return (struct tally){
        .response_count        = trial->trial_index + 1,
        .scored_count          = trial->total_scored,
        .correct_count         = trial->total_correct,
        .regret                = trial->total_regret,
        .chance_regret_doubled = trial->total_chance_regret_doubled,
    };
}

static bool read_planned(const struct condition_trial_row *row, struct planned_trial *out, struct err *err)
{
    *out = (struct planned_trial){
        .left_stimulus  = row->left_row,
        .right_stimulus = row->right_row,
        .left_points    = row->left_points,
        .right_points   = row->right_points,
    };
    if (row->right_stimulus_id != 0 || dinosaur_from_name(row->category, &out->category)) return true;
    return err_set(err, ERR_STORAGE, "a planned trial is meant for '%s'", row->category);
}

/* Pay counts main trials only; a practice reply repeats what there is without them. */
static void fill_pay(const struct study *study, struct receipt *out)
{
    struct tally tally = {0};

    if (out->trial.phase == PHASE_MAIN) tally = record_tally(&out->trial);
    out->pay_minor = task_pay_minor(study->task, &study->settings.pay, &tally);
}

static bool check_phase(struct store *store, const struct study *study, const struct session_row *session, enum phase phase,
                        struct err *err)
{
    struct trial_row last;
    bool             is_found;

    if (!enroll_check_not_left(session, err)) return false;
    if (session->comprehension_passed_at_ms == 0)
        return err_set(err, ERR_CONFLICT, "the comprehension questions come before the trials");
    if (phase == PHASE_PRACTICE || study->settings.practice_count == 0) return true;
    if (!store_trial_last(store, session->session_id, PHASE_PRACTICE, &last, &is_found, err)) return false;
    if (!is_found || last.trial_index + 1 < study->settings.practice_count)
        return err_set(err, ERR_CONFLICT, "the practice trials come before the trials");
    return true;
}

static bool repeat(struct store *store, const struct session_row *session, const struct response *response, struct receipt *out,
                   struct err *err)
{
    bool is_found;

    if (!store_trial_get(store, session->session_id, response->phase, response->trial_index, &out->trial, &is_found, err))
        return false;
    if (!is_found) return err_set(err, ERR_INTERNAL, "trial %d is not there although later ones are", response->trial_index);
    if (out->trial.response != response->response)
        return err_set(err, ERR_CONFLICT, "trial %d already has a different response; the first one stays",
                       response->trial_index);
    return true;
}

static bool insert(struct store *store, const struct study *study, const struct session_row *session,
                   const struct response *response, struct tally *tally, struct receipt *out, struct err *err)
{
    struct planned_trial planned;
    struct score         score;

    if (!read_planned(&out->answer, &planned, err)) return false;
    score      = task_score(study->task, &planned, response->response, tally);
    out->trial = (struct trial_row){
        .session_id                  = session->session_id,
        .phase                       = response->phase,
        .trial_index                 = response->trial_index,
        .response                    = response->response,
        .is_correct                  = score.is_correct,
        .is_tie                      = score.is_tie,
        .rt_ms                       = response->rt_ms,
        .onset_ms                    = response->onset_ms,
        .frame_ms                    = response->frame_ms,
        .is_visible                  = response->is_visible,
        .is_fullscreen               = response->is_fullscreen,
        .previous_reply_ms           = response->previous_reply_ms,
        .received_at_ms              = response->received_at_ms,
        .total_correct               = tally->correct_count,
        .total_scored                = tally->scored_count,
        .total_regret                = tally->regret,
        .total_chance_regret_doubled = tally->chance_regret_doubled,
    };
    (void)snprintf(out->trial.input, sizeof out->trial.input, "%s", INPUT_NAMES[response->input]);
    out->is_new = true;
    return store_trial_insert(store, &out->trial, err);
}

static bool out_of_order(const struct response *response, int expected_index, struct receipt *out, struct err *err)
{
    out->is_out_of_order = true;
    out->expected_index  = expected_index;
    return err_set(err, ERR_CONFLICT, "trial %d is out of order: the next one is %d", response->trial_index, expected_index);
}

/* Tour 6/9: the verb itself, inside the writer's savepoint: check, score by the server's own condition, write. */
bool record_trial(struct store *store, struct study_catalog *catalog, int64_t session_id, const struct response *response,
                  struct receipt *out, struct err *err)
{
    struct session_row  session;
    struct trial_row    last  = {0};
    struct tally        tally = {0};
    const struct study *study;
    bool                has_last, is_found;
    int                 expected_index;

    *out = (struct receipt){0};
    if (!store_session_by_id(store, session_id, &session, err)) return false;
    if (!study_catalog_by_id(catalog, store, session.study_id, &study, err)) return false;
    if (!check_phase(store, study, &session, response->phase, err)) return false;
    out->task = study->task;

    if (!store_trial_last(store, session_id, response->phase, &last, &has_last, err)) return false;
    if (has_last) tally = record_tally(&last);
    expected_index = has_last ? last.trial_index + 1 : 0;
    if (!store_condition_trial(store, session.condition_id, response->phase, response->trial_index, &out->answer, &is_found, err))
        return false;
    if (!is_found)
        return err_set(err, ERR_NOT_FOUND, "there is no %s trial %d in this session", phase_name(response->phase),
                       response->trial_index);
    if (response->trial_index > expected_index) return out_of_order(response, expected_index, out, err);
    if (response->trial_index < expected_index ? !repeat(store, &session, response, out, err)
                                               : !insert(store, study, &session, response, &tally, out, err))
        return false;
    fill_pay(study, out);
    return store_condition_trial(store, session.condition_id, response->phase, response->trial_index + 1, &out->next,
                                 &out->has_next, err);
}

static void write_answers(const struct comprehension_answers *answers, struct text *out)
{
    for (int i = 0; i < COMPREHENSION_QUESTION_COUNT; i++) text_printf(out, "%s%d", i == 0 ? "[" : ",", answers->options[i]);
    text_add(out, "]");
}

static bool is_right(enum task_kind task, const struct comprehension_answers *answers)
{
    const struct comprehension_question *questions = task_comprehension(task);

    for (int i = 0; i < COMPREHENSION_QUESTION_COUNT; i++)
        if (answers->options[i] != questions[i].right_option) return false;
    return true;
}

static void count_attempts(const struct study *study, struct comprehension_result *out)
{
    int max = study->settings.comprehension_attempts_max;

    out->attempts_left = max == 0 ? -1 : max > out->attempt_count ? max - out->attempt_count : 0;
    out->is_over       = !out->is_passed && out->attempts_left == 0;
}

static bool store_attempt(struct store *store, const struct session_row *session, const struct comprehension_answers *answers,
                          struct comprehension_result *out, struct err *err)
{
    struct comprehension_row row = {
        .session_id = session->session_id, .is_passed = out->is_passed, .received_at_ms = answers->received_at_ms};
    struct text text;
    bool        ok;

    text_init(&text);
    write_answers(answers, &text);
    row.answers = text.data;
    ok          = text_ok(&text, err) && store_comprehension_insert(store, &row, &out->attempt_count, err);
    text_close(&text);
    return ok;
}

/* A pilot may be tried again, and somebody without an id cannot be recognised. */
static bool note_failure(struct store *store, const struct session_row *session, int64_t now_ms, struct err *err)
{
    struct identity_row identity;
    struct arena        arena;
    bool                is_found, ok;

    if (!store_session_leave(store, session->session_id, END_COMPREHENSION, now_ms, err)) return false;
    if (session->is_pilot) return true;
    arena_init(&arena);
    ok = store_identity_by_participant(store, session->participant_id, &arena, &identity, &is_found, err);
    if (ok && is_found)
        ok = store_refusal_note(store, session->study_id, &identity.id_hash, OUTCOME_NAMES[OUTCOME_FAILED_COMPREHENSION], now_ms,
                                err);
    arena_close(&arena);
    return ok;
}

bool record_comprehension(struct store *store, struct study_catalog *catalog, int64_t session_id,
                          const struct comprehension_answers *answers, struct comprehension_result *out, struct err *err)
{
    struct session_row  session;
    const struct study *study;
    int64_t             now_ms = answers->received_at_ms;

    *out = (struct comprehension_result){.is_passed = true};
    if (!store_session_by_id(store, session_id, &session, err)) return false;
    if (!study_catalog_by_id(catalog, store, session.study_id, &study, err)) return false;
    if (session.state == SESSION_LEFT && session.end_reason == END_COMPREHENSION) {
        out->is_passed = false; /* the reply was lost: the same again */
        if (!store_comprehension_count(store, session_id, &out->attempt_count, err)) return false;
        count_attempts(study, out);
        return true;
    }
    if (!enroll_check_not_left(&session, err)) return false;
    if (session.comprehension_passed_at_ms != 0) {
        if (!store_comprehension_count(store, session_id, &out->attempt_count, err)) return false;
        count_attempts(study, out);
        return true;
    }
    out->is_passed = is_right(study->task, answers);
    if (!store_attempt(store, &session, answers, out, err)) return false;
    count_attempts(study, out);
    if (out->is_over) return note_failure(store, &session, now_ms, err);
    return out->is_passed ? store_session_pass_comprehension(store, session_id, now_ms, err)
                          : store_session_touch(store, session_id, now_ms, err);
}
