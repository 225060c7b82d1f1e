#include "study/enroll.h"

#include <stdio.h>

#include "store/store_condition.h"

enum { PUBLIC_ID_RANDOM_COUNT = 10 }; /* of 32 signs: 50 bits, far from a chance repeat among all sessions of a lab */

static void make_public_id(char out[PUBLIC_ID_BYTES])
{
    static const char SIGNS[] = "abcdefghjkmnpqrstuvwxyz23456789z"; /* nothing that is mistaken for something else */
    unsigned char     random[PUBLIC_ID_RANDOM_COUNT];

    secret_random(random, sizeof random);
    (void)snprintf(out, PUBLIC_ID_BYTES, "s-");
    for (int i = 0; i < PUBLIC_ID_RANDOM_COUNT; i++) out[2 + i] = SIGNS[random[i] % 32];
    out[2 + PUBLIC_ID_RANDOM_COUNT] = '\0';
}

static bool check_known(const struct session_row *session, const struct study *study, struct err *err)
{
    if (session->study_id != study->study_id) return err_set(err, ERR_CONFLICT, "this token belongs to another study");
    if (session->state == SESSION_LEFT)
        return err_set(err, ERR_GONE, "this session was closed after a long absence and cannot be resumed");
    return true;
}

static bool check_admission(struct store *store, const struct study *study, const struct enrolment *enrolment, struct err *err)
{
    bool is_open;

    if (!study_is_open(store, study, &is_open, err)) return false;
    if (!is_open) return err_set(err, ERR_CONFLICT, "the study '%s' is not open", study->slug);
    if (!secret_equal(&enrolment->consent_sha256, &study->consent_sha256, sizeof study->consent_sha256))
        return err_set(err, ERR_CONFLICT, "the consent text has changed; read it again");
    return true;
}

bool enroll_session(struct store *store, struct study_catalog *catalog, const struct enrolment *enrolment,
                    struct session_row *out, bool *is_new, struct err *err)
{
    const struct study *study;
    bool                is_known;
    int64_t             condition_id;

    *is_new = false;
    if (!study_catalog_by_slug(catalog, store, enrolment->slug, &study, err)) return false;
    if (!store_session_by_token(store, &enrolment->token_hash, out, &is_known, err)) return false;
    if (is_known) return check_known(out, study, err);
    if (!check_admission(store, study, enrolment, err)) return false;
    if (!store_condition_lease(store, study->study_id, study->settings.sessions_per_condition, &condition_id, err)) return false;
    if (condition_id == 0) return err_set(err, ERR_FULL, "the study '%s' is full at the moment", study->slug);

    *out = (struct session_row){.study_id = study->study_id, .condition_id = condition_id, .consented_at_ms = enrolment->now_ms};
    make_public_id(out->public_id);
    *is_new = store_session_insert(store, out, &enrolment->token_hash, &enrolment->consent_sha256, &study->provenance, err);
    return *is_new;
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
