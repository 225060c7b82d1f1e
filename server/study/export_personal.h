/* export_personal.h - who is to be paid what, and who participants are on their platforms.
 *
 * PERSONAL DATA. These tables lead from a session to a person. They are for whoever owns the data folder and its key file, at the command
 * line; no endpoint serves them, and EXPORT_KINDS (exports.h) does not list them. Keep the files apart from the pseudonymous tables.
 *
 * bonus, csv        participant, session, platform, platform_id, amount, currency, reason: every session that has ended, with what bonus.h
 *                   says; platform_id is the one that payment goes to, and empty for a plain link
 * bonus, prolific   bare lines "PID,amount" for Prolific's bulk bonus payment, in major units; who is owed nothing is left out
 * platform-ids, csv participant, session, platform, then every id that a link can carry, by the platform's own names
 *
 * A study that was brought in finished (old_data.h) has none of them: ERR_CONFLICT.
 *
 * A session that was deleted is in none of them: nothing that leads to its participant is kept. What they were told that they are owed has to
 * be settled with them on the platform.
 *
 * Row by row in constant memory. Threads: the caller's, which holds a snapshot of the store. */
#ifndef DINOLAB_STUDY_EXPORT_PERSONAL_H
#define DINOLAB_STUDY_EXPORT_PERSONAL_H

#include <stdio.h>

#include "base/secret.h"
#include "store/session_mode.h"
#include "study/study_catalog.h"

struct personal_counts {
    int64_t row_count;
    int64_t unpaid_count; /* prolific: sessions that are owed something but have no Prolific id to pay it to */
};

struct personal_export {
    const char *name;    /* "bonus", "platform-ids"; NULL closes the list */
    const char *format;  /* "csv", "prolific" */
    const char *row;     /* what a row is, in the plural, for sentences */
    bool        has_pay; /* of which responses were correct something can be told */

    /* To `out` from its position on, flushed. `key` opens the ids; NULL where nobody has any. */
    bool (*write)(struct store *store, const struct secret_key *key, const struct study *study, enum session_mode mode, FILE *out,
                  struct personal_counts *counts, struct err *err);
};

extern const struct personal_export PERSONAL_EXPORTS[];

/* NULL where there is none of that name and format. */
const struct personal_export *personal_export_find(const char *name, const char *format);

#endif
