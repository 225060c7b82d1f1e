/* reconcile.h - a platform's list of submissions against the sessions here: who is completed on one side only, and who is not paid yet.
 *
 * Read is Prolific's submissions file: its columns `Participant id` and `Status`, and where they are there `Submission id` and
 * `Completion code`. Completed there is who awaits review or was approved; completed here is a session that is finished. Pilots are left
 * out. Nothing of the file is stored. Of a person whom the file does not name only the number here is told, never the platform's id.
 * Threads: reads only; the caller holds a snapshot of the store. */
#ifndef DINOLAB_STUDY_RECONCILE_H
#define DINOLAB_STUDY_RECONCILE_H

#include "base/secret.h"
#include "store/store_session.h"
#include "study/study_catalog.h"

/* One person; texts are from the arena. */
struct reconcile_row {
    const char *submission_id;              /* "": not said, or not in the file */
    const char *participant_id;             /* as in the file; "": not in the file */
    const char *status;                     /* there, as in the file; "": not in the file */
    int         number;                     /* here; 0: no session */
    char        public_id[PUBLIC_ID_BYTES]; /* of the session; "": none */
    const char *state;                      /* of the session: "active", "finished", "left"; "": none */
    int64_t     bonus_minor;                /* what is owed beside the platform's own reward; finished sessions only */
};

struct reconcile_list {
    int                   count;
    struct reconcile_row *rows;
};

struct reconciliation {
    int                   submission_count; /* rows of the file */
    int                   both_count;       /* completed there and here */
    int                   unknown_count;    /* finished here without an id of the platform: nobody can tell */
    struct reconcile_list there_only;       /* completed there, not here */
    struct reconcile_list here_only;        /* the other way round */
    struct reconcile_list unpaid;           /* completed here and not approved there */
    struct reconcile_list other_code;       /* completed there with another code than the study's */
};

/* ERR_INVALID names the line or the column that is missing. `key` opens no ids here: it only recognises them. */
MUST_CHECK bool reconcile(struct store *store, const struct secret_key *key, const struct study *study, struct span csv,
                          struct arena *arena, struct reconciliation *out, struct err *err);

#endif
