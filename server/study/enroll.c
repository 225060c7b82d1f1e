#include "study/enroll.h"

#include <stdio.h>
#include <string.h>

#include "store/store_condition.h"
#include "study/documents.h"

enum { PUBLIC_ID_RANDOM_COUNT = 10 }; /* of 32 signs: 50 bits, far from a chance repeat among all sessions of a lab */

void enroll_public_id(char out[PUBLIC_ID_BYTES])
{
    static const char SIGNS[] = "abcdefghjkmnpqrstuvwxyz23456789z"; /* nothing that is mistaken for something else */
    unsigned char     random[PUBLIC_ID_RANDOM_COUNT];

    secret_random(random, sizeof random);
    (void)snprintf(out, PUBLIC_ID_BYTES, "s-");
    for (int i = 0; i < PUBLIC_ID_RANDOM_COUNT; i++) out[2 + i] = SIGNS[random[i] % 32];
    out[2 + PUBLIC_ID_RANDOM_COUNT] = '\0';
}

/* True, because the question was answered: with a refusal. */
static bool refuse(const struct study *study, const struct enrolment *enrolment, enum refusal refusal,
                   struct enrolment_result *out)
{
    enum outcome outcome = OUTCOME_COMPLETED;

    out->refusal    = refusal;
    out->has_return = refusal_describe(refusal, &outcome, &out->err);
    if (out->has_return) study_settings_return(&study->settings, outcome, &enrolment->arrival, &out->link);
    return true;
}

bool enroll_check_not_left(const struct session_row *session, struct err *err)
{
    if (session->state != SESSION_LEFT) return true;
    switch (session->end_reason) {
    case END_WITHDRAWN:
        return err_set(err, ERR_GONE, "this session was ended by its participant and cannot be resumed");
    case END_COMPREHENSION:
        return err_set(err, ERR_GONE, "the questions about the instructions were not passed; the session has ended");
    case END_NONE:
    case END_ABSENT:
    case END_REASON_COUNT:
        break;
    }
    return err_set(err, ERR_GONE, "this session was closed after a long absence and cannot be resumed");
}

/* --- who is known --- */

/* What is known of who comes. */
struct person {
    bool               is_known_by_id;
    struct secret_hash id_hash;
    struct secret_hash link_hash; /* personal links */
};

static enum platform platform_of(const struct study *study)
{
    return study->settings.recruitment.platform.platform;
}

static void read_person(const struct study *study, const struct enrolment *enrolment, struct person *out)
{
    const char *id = arrival_person(platform_of(study), &enrolment->arrival);

    *out = (struct person){.is_known_by_id = id[0] != '\0' && enrolment->key != NULL};
    if (!out->is_known_by_id) return;
    identity_hash(enrolment->key, platform_of(study), id, &out->id_hash);
    secret_token_hash(id, &out->link_hash);
}

/* Browsers are shared, in a laboratory by one person after the other. */
static bool check_same_person(struct store *store, const struct study *study, const struct enrolment *enrolment,
                              const struct session_row *session, struct err *err)
{
    struct identity_row identity;
    struct person       person;
    struct arena        arena;
    bool                is_found, ok;

    read_person(study, enrolment, &person);
    if (!person.is_known_by_id) return true;
    arena_init(&arena);
    ok = store_identity_by_participant(store, session->participant_id, &arena, &identity, &is_found, err);
    arena_close(&arena);
    if (!ok) return false;
    if (!is_found || secret_equal(identity.id_hash.bytes, person.id_hash.bytes, SECRET_HASH_BYTES)) return true;
    return err_set(err, ERR_CONFLICT, "this token belongs to another person");
}

/* The same browser again. Who failed the questions and lost the reply is told the way back as well. */
static bool take_known(struct store *store, const struct study *study, const struct enrolment *enrolment,
                       struct enrolment_result *out, struct err *err)
{
    const struct session_row *session = &out->session;

    if (session->study_id != study->study_id) return err_set(err, ERR_CONFLICT, "this token belongs to another study");
    if (!check_same_person(store, study, enrolment, session, err)) return false;
    if (session->state == SESSION_LEFT && session->end_reason == END_COMPREHENSION)
        return refuse(study, enrolment, REFUSAL_FAILED_COMPREHENSION, out);
    return enroll_check_not_left(session, err);
}

/* Only while the session is open: one that is finished must not complete another assignment than the one that it was done for. */
static bool renew_ids(struct store *store, const struct study *study, const struct secret_key *key, const struct arrival *arrival,
                      const struct session_row *session, struct err *err)
{
    return session->state != SESSION_ACTIVE || identity_renew(store, key, session, platform_of(study), arrival, err);
}

/* Somebody who came before, with another browser: takes the session over, or is told why not. */
static bool take_returning(struct store *store, const struct study *study, const struct enrolment *enrolment,
                           const struct session_row *session, struct enrolment_result *out, struct err *err)
{
    if (session->state == SESSION_LEFT)
        return refuse(study, enrolment,
                      session->end_reason == END_COMPREHENSION ? REFUSAL_FAILED_COMPREHENSION : REFUSAL_RETURNING, out);
    if (!recruitment_may_resume(&study->settings.recruitment, session->consented_at_ms, enrolment->now_ms))
        return refuse(study, enrolment, session->state == SESSION_FINISHED ? REFUSAL_FINISHED : REFUSAL_RETURNING, out);
    out->session = *session;
    return renew_ids(store, study, enrolment->key, &enrolment->arrival, session, err) &&
           store_session_set_token(store, session->session_id, &enrolment->token_hash, err);
}

static bool check_personal_link(struct store *store, const struct study *study, const struct enrolment *enrolment,
                                const struct person *person, struct enrolment_result *out, struct err *err)
{
    bool is_found = false, is_used = false;

    if (platform_of(study) != PLATFORM_PERSONAL || !person->is_known_by_id) return true;
    if (!store_personal_link_find(store, study->study_id, &person->link_hash, &is_found, &is_used, err)) return false;
    if (!is_found) return refuse(study, enrolment, REFUSAL_NO_ID, out);
    return !is_used || refuse(study, enrolment, REFUSAL_RETURNING, out); /* used, and its session is not there any more */
}

/* By their id: somebody who takes a session over (out->session), is refused, or is new (neither). */
static bool look_for_person(struct store *store, const struct study *study, const struct enrolment *enrolment,
                            const struct person *person, bool is_pilot, struct enrolment_result *out, struct err *err)
{
    struct session_row session;
    char               outcome[STATE_BYTES * 2];
    bool               is_found;

    if (!person->is_known_by_id)
        return is_pilot || platform_of(study) == PLATFORM_LINK || refuse(study, enrolment, REFUSAL_NO_ID, out);
    if (!store_identity_session(store, study->study_id, is_pilot, &person->id_hash, &session, &is_found, err)) return false;
    if (is_found && (!is_pilot || session.state == SESSION_ACTIVE))
        return take_returning(store, study, enrolment, &session, out, err);
    if (is_pilot) return true;
    if (!store_refusal_find(store, study->study_id, &person->id_hash, outcome, err)) return false;
    if (outcome[0] != '\0')
        return refuse(
            study, enrolment,
            strcmp(outcome, OUTCOME_NAMES[OUTCOME_SCREENED_OUT]) == 0 ? REFUSAL_SCREENED_OUT : REFUSAL_FAILED_COMPREHENSION, out);
    return check_personal_link(store, study, enrolment, person, out, err);
}

/* --- who may begin --- */

static bool is_quota_reached(struct store *store, const struct study *study, bool *is_reached, struct err *err)
{
    int quota = study->settings.recruitment.quota;
    int count = 0;

    *is_reached = false;
    if (quota == 0) return true;
    if (!store_session_quota_count(store, study->study_id, &count, err)) return false;
    *is_reached = count >= quota;
    return true;
}

static bool obstacle(struct store *store, const struct study *study, bool is_pilot, int64_t now_ms, enum refusal *out,
                     struct err *err)
{
    enum recruitment_time time = recruitment_time(&study->settings.recruitment, now_ms);
    bool                  is_reached;

    *out = REFUSAL_NONE;
    if (is_pilot) return true;
    if (time != RECRUITMENT_OPEN) {
        *out = time == RECRUITMENT_NOT_YET ? REFUSAL_NOT_YET : REFUSAL_OVER;
        return true;
    }
    if (!is_quota_reached(store, study, &is_reached, err)) return false;
    if (is_reached) *out = REFUSAL_FULL;
    return true;
}

bool enroll_obstacle(struct store *store, const struct study *study, int64_t now_ms, enum refusal *refusal, bool *is_pilot,
                     struct err *err)
{
    int64_t condition_id = 0;
    bool    is_open;

    if (!study_is_open(store, study, &is_open, is_pilot, err)) return false;
    *refusal = REFUSAL_CLOSED;
    if (!is_open) return true;
    if (!obstacle(store, study, *is_pilot, now_ms, refusal, err)) return false;
    if (*refusal != REFUSAL_NONE) return true;
    if (!store_condition_lease(store, study->study_id, *is_pilot, study->settings.sessions_per_condition, &condition_id, err))
        return false;
    if (condition_id == 0) *refusal = REFUSAL_FULL;
    return true;
}

static bool check_excluded(struct store *store, const struct study *study, const struct enrolment *enrolment,
                           const struct person *person, struct enrolment_result *out, struct err *err)
{
    const struct recruitment *recruitment = &study->settings.recruitment;
    bool                      is_in       = false;

    for (int i = 0; person->is_known_by_id && !is_in && i < recruitment->exclude_count; i++)
        if (!store_identity_is_in(store, recruitment->excludes[i], &person->id_hash, &is_in, err)) return false;
    return !is_in || refuse(study, enrolment, REFUSAL_EXCLUDED, out);
}

/* Answers cannot be taken back: who was screened out stays so. */
static bool check_eligible(struct store *store, const struct study *study, const struct enrolment *enrolment,
                           const struct person *person, bool is_pilot, const struct eligibility_answers *answers,
                           struct enrolment_result *out, struct err *err)
{
    if (eligibility_accepts(&study->settings.recruitment.eligibility, answers)) return true;
    if (person->is_known_by_id && !is_pilot &&
        !store_refusal_note(store, study->study_id, &person->id_hash, OUTCOME_NAMES[OUTCOME_SCREENED_OUT], enrolment->now_ms,
                            err))
        return false;
    return refuse(study, enrolment, REFUSAL_SCREENED_OUT, out);
}

static bool check_consent(struct store *store, const struct study *study, const struct enrolment *enrolment,
                          struct enrolment_result *out, struct err *err)
{
    bool is_current = false, is_sheet_current = true;

    if (!documents_is_current(store, study, DOCUMENT_CONSENT, &enrolment->consent_sha256, &is_current, err)) return false;
    if (enrolment->has_data_protection &&
        !documents_is_current(store, study, DOCUMENT_DATA_PROTECTION, &enrolment->data_protection_sha256, &is_sheet_current, err))
        return false;
    return (is_current && is_sheet_current) || refuse(study, enrolment, REFUSAL_CONSENT_CHANGED, out);
}

/* --- the new session --- */

static bool insert_session(struct store *store, const struct study *study, const struct enrolment *enrolment,
                           const struct eligibility_answers *answers, struct session_row *session, struct err *err)
{
    struct session_admission admission = {.token_hash = enrolment->token_hash, .consent_sha256 = enrolment->consent_sha256};
    struct text              eligibility;
    bool                     ok;

    enroll_public_id(session->public_id);
    if (!language_tag_read(enrolment->language, session->language))
        (void)snprintf(session->language, sizeof session->language, "%s", DOCUMENT_LANGUAGE_DEFAULT);
    text_init(&eligibility);
    eligibility_answers_write(&study->settings.recruitment.eligibility, answers, &eligibility);
    admission.eligibility = eligibility.data;
    ok = text_ok(&eligibility, err) && store_session_insert(store, session, &admission, &study->provenance, err);
    text_close(&eligibility);
    return ok;
}

static bool note_who_and_what(struct store *store, const struct study *study, const struct enrolment *enrolment,
                              const struct person *person, const struct session_row *session, struct err *err)
{
    if (!documents_accept(store, study, session->session_id, DOCUMENT_CONSENT, &enrolment->consent_sha256, enrolment->now_ms,
                          err))
        return false;
    if (enrolment->has_data_protection && !documents_accept(store, study, session->session_id, DOCUMENT_DATA_PROTECTION,
                                                            &enrolment->data_protection_sha256, enrolment->now_ms, err))
        return false;
    if (!person->is_known_by_id) return true;
    if (platform_of(study) == PLATFORM_PERSONAL && !session->is_pilot && /* tried out, a link is still its person's */
        !store_personal_link_use(store, &person->link_hash, enrolment->now_ms, err))
        return false;
    return identity_keep(store, enrolment->key, session, platform_of(study), &enrolment->arrival, err);
}

static bool begin(struct store *store, const struct study *study, const struct enrolment *enrolment, const struct person *person,
                  bool is_pilot, struct enrolment_result *out, struct err *err)
{
    struct eligibility_answers answers;
    int64_t                    condition_id;

    if (!eligibility_answers_read(&study->settings.recruitment.eligibility, enrolment->eligibility, enrolment->age, &answers,
                                  err))
        return false;
    if (!check_eligible(store, study, enrolment, person, is_pilot, &answers, out, err)) return false;
    if (out->refusal != REFUSAL_NONE) return true;
    if (!store_condition_lease(store, study->study_id, is_pilot, study->settings.sessions_per_condition, &condition_id, err))
        return false;
    if (condition_id == 0) return refuse(study, enrolment, REFUSAL_FULL, out);
    out->session = (struct session_row){
        .study_id = study->study_id, .condition_id = condition_id, .consented_at_ms = enrolment->now_ms, .is_pilot = is_pilot};
    out->is_new = insert_session(store, study, enrolment, &answers, &out->session, err) &&
                  note_who_and_what(store, study, enrolment, person, &out->session, err);
    return out->is_new;
}

/* The checks in the order in which a person would want to hear of them; the first refusal ends it. */
static bool admit(struct store *store, const struct study *study, const struct enrolment *enrolment, struct enrolment_result *out,
                  struct err *err)
{
    struct person person;
    enum refusal  refusal = REFUSAL_NONE;
    bool          is_open, is_pilot;

    if (!study_is_open(store, study, &is_open, &is_pilot, err)) return false;
    if (arrival_is_preview(platform_of(study), &enrolment->arrival)) return refuse(study, enrolment, REFUSAL_PREVIEW, out);
    read_person(study, enrolment, &person);
    if (!look_for_person(store, study, enrolment, &person, is_pilot, out, err)) return false;
    if (out->refusal != REFUSAL_NONE || out->session.session_id != 0) return true;
    if (!is_open) return refuse(study, enrolment, REFUSAL_CLOSED, out);
    if (!obstacle(store, study, is_pilot, enrolment->now_ms, &refusal, err)) return false;
    if (refusal != REFUSAL_NONE) return refuse(study, enrolment, refusal, out);
    if (!check_consent(store, study, enrolment, out, err)) return false;
    if (out->refusal != REFUSAL_NONE) return true;
    if (!is_pilot && !check_excluded(store, study, enrolment, &person, out, err)) return false;
    if (out->refusal != REFUSAL_NONE) return true;
    return begin(store, study, enrolment, &person, is_pilot, out, err);
}

bool enroll_claim_page(struct store *store, struct study_catalog *catalog, const struct secret_key *key,
                       const struct arrival *arrival, int64_t now_ms, struct session_row *session, struct err *err)
{
    const struct study *study;
    bool                is_open, is_pilot;

    if (!enroll_check_not_left(session, err) || !study_catalog_by_id(catalog, store, session->study_id, &study, err) ||
        !study_is_open(store, study, &is_open, &is_pilot, err))
        return false;
    if (session->is_pilot && !is_pilot)
        return err_set(err, ERR_UNAUTHORIZED, "this session is of a pilot that is over; the study itself begins anew");
    return renew_ids(store, study, key, arrival, session, err) &&
           store_session_claim_page(store, session->session_id, now_ms, err) &&
           store_session_by_id(store, session->session_id, session, err);
}

bool enroll_session(struct store *store, struct study_catalog *catalog, const struct enrolment *enrolment,
                    struct enrolment_result *out, struct err *err)
{
    const struct study *study;
    bool                is_known;

    memset(out, 0, sizeof *out);
    if (!study_catalog_by_slug(catalog, store, enrolment->slug, &study, err)) return false;
    if (!store_session_by_token(store, &enrolment->token_hash, &out->session, &is_known, err)) return false;
    if (is_known) return take_known(store, study, enrolment, out, err);
    return admit(store, study, enrolment, out, err);
}

static bool close_absent_of(struct store *store, const struct study *study, int64_t now_ms, int64_t served_ms, int *count,
                            struct err *err)
{
    int64_t             absence_ms = (int64_t)study->settings.absence_minutes * 60 * 1000;
    struct session_row *sessions;
    struct arena        arena;
    int                 session_count = 0;
    bool                ok;

    if (served_ms < absence_ms) return true;
    arena_init(&arena);
    ok = store_sessions_absent(store, study->study_id, now_ms - absence_ms, &arena, &sessions, &session_count, err);
    for (int i = 0; ok && i < session_count; i++)
        ok = store_session_end(store, sessions[i].session_id, SESSION_LEFT, now_ms, err);
    if (ok) *count += session_count;
    arena_close(&arena);
    return ok;
}

bool enroll_close_absent(struct store *store, struct study_catalog *catalog, int64_t now_ms, int64_t served_ms, int *count,
                         struct err *err)
{
    struct study_row *rows;
    struct arena      arena;
    int               study_count = 0;
    bool              ok;

    *count = 0;
    arena_init(&arena);
    ok = store_studies(store, &arena, &rows, &study_count, err);
    for (int i = 0; ok && i < study_count; i++) {
        const struct study *study;

        ok = study_catalog_by_id(catalog, store, rows[i].study_id, &study, err) &&
             close_absent_of(store, study, now_ms, served_ms, count, err);
    }
    arena_close(&arena);
    return ok;
}
