/* store_group.h - a study's sessions and responses in the few columns that group numbers are made of. Read only.
 *
 * All of it is of the study's present mode only (session_mode.h); the mark is of everything. */
#ifndef DINOLAB_STORE_STORE_GROUP_H
#define DINOLAB_STORE_STORE_GROUP_H

#include "store/store_session.h"

struct group_session_row {
    int64_t            session_id;
    char               public_id[PUBLIC_ID_BYTES];
    int                participant_number;
    int64_t            condition_id;
    enum session_state state;
    enum inclusion     inclusion;
    int64_t            change_number;
};

/* A response of the main phase. */
struct group_trial_row {
    int64_t trial_id;
    int64_t session_id;
    int     trial_index;
    int     response;
    bool    is_correct;
    bool    is_tie;
    double  rt_ms;
};

/* How far people of the study's present mode came (session_mode.h); each is a part of the one before, but the last three, which add up to `consented`. */
struct group_funnel {
    int arrived;
    int consented;
    int passed_comprehension;
    int active;
    int finished;
    int left;
};

struct group_condition_row {
    int condition_number;
    int active;
    int finished;
    int left;
};

/* Up to where everything of every study has been written: who has read to here begins after it. */
struct group_mark {
    int64_t change_number;
    int64_t trial_id;
    int64_t stone_change_number; /* of tombstones */
};
MUST_CHECK bool store_group_mark(struct store *store, struct group_mark *out, struct err *err);

/* Changed after the cursor, oldest change first, at most `limit`. */
MUST_CHECK bool store_group_sessions_after(struct store *store, int64_t study_id, int64_t after_change_number, int limit,
                                           struct arena *arena, struct group_session_row **rows, int *count, struct err *err);

/* Past the cursor, in order of trial_id, at most `limit`. */
MUST_CHECK bool store_group_trials_after(struct store *store, int64_t study_id, int64_t after_trial_id, int limit,
                                         struct arena *arena, struct group_trial_row **rows, int *count, struct err *err);

/* All of one session, in order. */
MUST_CHECK bool store_group_trials_of_session(struct store *store, int64_t session_id, struct arena *arena,
                                              struct group_trial_row **rows, int *count, struct err *err);

MUST_CHECK bool store_group_funnel(struct store *store, int64_t study_id, struct group_funnel *out, struct err *err);

/* Every condition of the study, by number. */
MUST_CHECK bool store_group_conditions(struct store *store, int64_t study_id, struct arena *arena,
                                       struct group_condition_row **rows, int *count, struct err *err);

#endif
