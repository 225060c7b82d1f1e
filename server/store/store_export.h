/* store_export.h - whole studies row by row, in constant memory, for exports. */
#ifndef DINOLAB_STORE_STORE_EXPORT_H
#define DINOLAB_STORE_STORE_EXPORT_H

#include "store/session_mode.h"
#include "store/store_session.h"
#include "store/store_trial.h"

/* One answered trial with everything that the papers' columns need; texts are valid during the visit only. */
struct export_trial {
    struct trial_row trial;
    char             session_public_id[PUBLIC_ID_BYTES];
    char             session_state[STATE_BYTES];
    bool             is_pilot;
    bool             is_imported; /* how and when it was shown is not known */
    char             program_version[VERSION_BYTES];
    int              participant_number;
    int              condition_number;
    int              dimension; /* from 0 */
    bool             is_dimension_missing;
    int              points_min;
    int              points_max;
    const char      *left_name;
    const char      *right_name; /* NULL for category */
    char             category[8];
    int              left_points;
    int              right_points;
    int              include; /* 1, 0, or -1: not answered */
    struct trial_row last;    /* only the running totals: the session's newest main trial, which decides its pay */
};

/* One session with what it left besides its trials; texts are valid during the visit only. */
struct export_session {
    struct session_row        session;
    struct session_provenance provenance;
    struct secret_hash        consent_sha256; /* of the text that was accepted */
    int                       condition_number;
    int                       dimension; /* from 0 */
    bool                      is_dimension_missing;
    int64_t                   last_seen_ms; /* newest trial or other request */
    int                       comprehension_attempt_count;
    int                       practice_count; /* answered so far */
    int                       response_count; /* main trials answered so far */
    struct trial_row          last;           /* only the running totals, of the newest main trial; zero without one */
    const char               *gender;         /* this and what follows where session.has_questionnaire only */
    int                       age;
    const char               *strategy;
    bool                      is_included;
    enum inclusion            imported_include; /* of imported sessions */
};

/* One answered trial of either phase; texts are valid during the visit only. */
struct export_jspsych_trial {
    struct trial_row trial;
    char             session_public_id[PUBLIC_ID_BYTES];
    bool             is_pilot;
    int64_t          consented_at_ms;
    int              participant_number;
    int              condition_number;
    const char      *left_name;
    const char      *right_name; /* NULL for category */
    char             category[8];
    int              left_points;
    int              right_points;
    int              early_key_count; /* events of responses before this trial's onset */
};

/* One thing that happened beside the responses; texts are valid during the visit only. */
struct export_event {
    int         participant_number;
    char        session_public_id[PUBLIC_ID_BYTES];
    bool        is_pilot;
    int64_t     event_index;
    const char *kind;
    double      at_ms;
    int         trial_index; /* -1: outside a trial */
    const char *detail;      /* may be NULL */
    int64_t     received_at_ms;
};

/* The final questions of one session; texts are valid during the visit only. */
struct export_answers {
    int         participant_number;
    char        session_public_id[PUBLIC_ID_BYTES];
    bool        is_pilot;
    const char *gender;
    int         age;
    const char *strategy;
    bool        is_included;
    int64_t     received_at_ms;
};

typedef bool (*export_trial_fn)(void *argument, const struct export_trial *row, struct err *err);

/* Main-phase trials of a study in a mode by participant and trial; stops at the first false of `visit`. */
MUST_CHECK bool store_export_trials(struct store *store, int64_t study_id, enum session_mode mode, export_trial_fn visit,
                                    void *argument, struct err *err);

/* The sessions of a study in a mode, in the order in which they began; stops at the first false of `visit`, which may use the store. */
typedef bool (*export_session_fn)(void *argument, const struct export_session *row, struct err *err);
MUST_CHECK bool store_export_sessions(struct store *store, int64_t study_id, enum session_mode mode, export_session_fn visit,
                                      void *argument, struct err *err);

/* Trials of a study in a mode by participant, phase (practice first) and trial; stops at the first false of `visit`. */
typedef bool (*export_jspsych_fn)(void *argument, const struct export_jspsych_trial *row, struct err *err);
MUST_CHECK bool store_export_jspsych(struct store *store, int64_t study_id, enum session_mode mode, export_jspsych_fn visit,
                                     void *argument, struct err *err);

/* By session and event; by session. They stop at the first false of `visit`. */
typedef bool (*export_event_fn)(void *argument, const struct export_event *row, struct err *err);
MUST_CHECK bool store_export_events(struct store *store, int64_t study_id, enum session_mode mode, export_event_fn visit,
                                    void *argument, struct err *err);
typedef bool (*export_answers_fn)(void *argument, const struct export_answers *row, struct err *err);
MUST_CHECK bool store_export_questionnaires(struct store *store, int64_t study_id, enum session_mode mode,
                                            export_answers_fn visit, void *argument, struct err *err);

/* Which view of the store an export is of: two with equal numbers hold the same trials and sessions of the study. */
struct export_snapshot {
    int64_t newest_trial;  /* 0: none */
    int64_t newest_change; /* of a session, or of the deletion of one */
};
MUST_CHECK bool store_export_snapshot(struct store *store, int64_t study_id, struct export_snapshot *out, struct err *err);

/* How many rows there are to take home, by counting. */
struct export_counts {
    int64_t sessions;
    int64_t trials;     /* of the main phase */
    int64_t all_trials; /* with practice */
    int64_t events;
    int64_t questionnaires;
    int64_t representations; /* of the study */
};
MUST_CHECK bool store_export_counts(struct store *store, int64_t study_id, enum session_mode mode, struct export_counts *out,
                                    struct err *err);

#endif
