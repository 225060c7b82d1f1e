#include "study/reconcile.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/csv.h"
#include "store/store_export.h"
#include "store/store_identity.h"
#include "study/bonus.h"
#include "study/identity.h"

static const char *const STATE_NAMES[] = {[SESSION_ACTIVE] = "active", [SESSION_FINISHED] = "finished", [SESSION_LEFT] = "left"};

struct submission {
    struct secret_hash id_hash;
    const char        *submission_id;
    const char        *participant_id;
    const char        *status;
    const char        *code;
};

struct work {
    struct store            *store;
    const struct secret_key *key;
    const struct study      *study;
    struct arena            *arena;
    int                      count;
    int                      capacity;
    struct submission       *submissions; /* malloc'ed: it grows */
    struct reconciliation   *out;
};

static bool is_approved(const char *status)
{
    return strcasecmp(status, "APPROVED") == 0;
}

static bool is_completed(const char *status)
{
    return is_approved(status) || strcasecmp(status, "AWAITING REVIEW") == 0 || strcasecmp(status, "AWAITING_REVIEW") == 0;
}

/* --- the file --- */

static bool add_submission(struct work *work, struct submission submission, struct err *err)
{
    if (work->count == work->capacity) {
        const int          capacity = work->capacity == 0 ? 256 : 2 * work->capacity;
        struct submission *grown    = realloc(work->submissions, (size_t)capacity * sizeof *grown);

        if (grown == NULL) return err_no_memory(err);
        work->submissions = grown;
        work->capacity    = capacity;
    }
    identity_hash(work->key, PLATFORM_PROLIFIC, submission.participant_id, &submission.id_hash);
    work->submissions[work->count++] = submission;
    return true;
}

static bool read_file(struct work *work, struct csv_reader *reader, struct span csv, struct err *err)
{
    int  person, status, submission, code;
    bool has_row = true;

    if (!csv_begin(reader, "the submissions file", csv, work->arena, err) ||
        !csv_need_column(reader, "Participant id", &person, err) || !csv_need_column(reader, "Status", &status, err))
        return false;
    submission = csv_column(reader, "Submission id");
    code       = csv_column(reader, "Completion code");
    while (csv_next(reader, &has_row, err)) {
        struct submission row;

        if (!has_row) return true;
        row = (struct submission){
            .participant_id = reader->fields[person],
            .status         = reader->fields[status],
            .submission_id  = submission < 0 ? "" : reader->fields[submission],
            .code           = code < 0 ? "" : reader->fields[code],
        };
        if (strlen(row.participant_id) >= ARRIVAL_ID_BYTES)
            return err_set(err, ERR_INVALID, "the submissions file, line %d: 'Participant id' is too long", reader->line);
        if (!add_submission(work, row, err)) return false;
    }
    return false;
}

/* Of one person the submission that is furthest comes first. */
static int rank(const struct submission *submission)
{
    return is_approved(submission->status) ? 0 : is_completed(submission->status) ? 1 : 2;
}

static int by_person(const void *left, const void *right)
{
    const struct submission *a     = left;
    const struct submission *b     = right;
    const int                order = memcmp(a->id_hash.bytes, b->id_hash.bytes, sizeof a->id_hash.bytes);

    return order != 0 ? order : rank(a) - rank(b);
}

static const struct submission *submission_of(const struct work *work, const struct secret_hash *id_hash)
{
    int low = 0, high = work->count;

    while (low < high) {
        const int middle = low + (high - low) / 2;

        if (memcmp(work->submissions[middle].id_hash.bytes, id_hash->bytes, sizeof id_hash->bytes) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == work->count || !secret_equal(&work->submissions[low].id_hash, id_hash, sizeof *id_hash)) return NULL;
    return &work->submissions[low];
}

/* --- the lists --- */

/* Room is taken in powers of two, in the arena: what was outgrown dies with it. */
static bool add_row(struct work *work, struct reconcile_list *list, const struct submission *there,
                    const struct session_row *here, int64_t bonus_minor, struct err *err)
{
    struct reconcile_row *row;

    if ((list->count & (list->count - 1)) == 0) {
        const size_t          capacity = list->count == 0 ? 1 : 2 * (size_t)list->count;
        struct reconcile_row *grown    = arena_alloc_array(work->arena, capacity, sizeof *grown);

        if (grown == NULL) return err_no_memory(err);
        if (list->count > 0) memcpy(grown, list->rows, (size_t)list->count * sizeof *grown);
        list->rows = grown;
    }
    row = &list->rows[list->count++];
    *row =
        (struct reconcile_row){.submission_id = "", .participant_id = "", .status = "", .state = "", .bonus_minor = bonus_minor};
    if (there != NULL) {
        row->submission_id  = there->submission_id;
        row->participant_id = there->participant_id;
        row->status         = there->status;
    }
    if (here == NULL) return true;
    row->number = here->participant_number;
    row->state  = STATE_NAMES[here->state];
    memcpy(row->public_id, here->public_id, sizeof row->public_id);
    return true;
}

static bool look_there(struct work *work, const struct submission *there, struct err *err)
{
    const char        *code = work->study->settings.recruitment.platform.codes[OUTCOME_COMPLETED];
    struct session_row here;
    bool               is_found;

    if (!is_completed(there->status)) return true;
    if (!store_identity_session(work->store, work->study->study_id, false, &there->id_hash, &here, &is_found, err)) return false;
    if (code[0] != '\0' && there->code[0] != '\0' && strcmp(code, there->code) != 0 &&
        !add_row(work, &work->out->other_code, there, is_found ? &here : NULL, 0, err))
        return false;
    if (!is_found || here.state != SESSION_FINISHED)
        return add_row(work, &work->out->there_only, there, is_found ? &here : NULL, 0, err);
    work->out->both_count++;
    return true;
}

static bool look_here(void *argument, const struct export_session *row, struct err *err)
{
    struct work             *work = argument;
    const struct submission *there;
    struct identity_row      identity;
    struct arena             arena;
    struct bonus             bonus;
    bool                     is_found;

    if (row->session.state != SESSION_FINISHED) return true;
    arena_init(&arena);
    if (!store_identity_by_participant(work->store, row->session.participant_id, &arena, &identity, &is_found, err))
        return arena_close(&arena), false;
    is_found = is_found && strcmp(identity.platform, PLATFORM_NAMES[PLATFORM_PROLIFIC]) == 0;
    arena_close(&arena);
    if (!is_found) return work->out->unknown_count++, true;
    there = submission_of(work, &identity.id_hash);
    bonus_of_session(work->study, row, PLATFORM_PROLIFIC, &bonus);
    if ((there == NULL || !is_completed(there->status)) &&
        !add_row(work, &work->out->here_only, there, &row->session, bonus.amount_minor, err))
        return false;
    if (there != NULL && is_approved(there->status)) return true;
    return add_row(work, &work->out->unpaid, there, &row->session, bonus.amount_minor, err);
}

bool reconcile(struct store *store, const struct secret_key *key, const struct study *study, struct span csv, struct arena *arena,
               struct reconciliation *out, struct err *err)
{
    struct work        work   = {.store = store, .key = key, .study = study, .arena = arena, .out = out};
    struct csv_reader *reader = arena_alloc(arena, sizeof *reader);
    bool               ok;

    *out = (struct reconciliation){0};
    if (reader == NULL) return err_no_memory(err);
    ok = read_file(&work, reader, csv, err);
    if (ok && work.count > 0) qsort(work.submissions, (size_t)work.count, sizeof *work.submissions, by_person);
    out->submission_count = work.count;
    for (int i = 0; ok && i < work.count; i++) {
        const bool is_again = i > 0 && secret_equal(&work.submissions[i].id_hash, &work.submissions[i - 1].id_hash,
                                                    sizeof work.submissions[i].id_hash);

        ok = is_again || look_there(&work, &work.submissions[i], err);
    }
    ok = ok && store_export_sessions(store, study->study_id, SESSION_MODE_LIVE, look_here, &work, err);
    free(work.submissions);
    return ok;
}
