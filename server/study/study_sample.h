/* study_sample.h - the sampled conditions of a draft: made in memory of one version of the study, and stored in short steps.
 *
 * Whoever steps from draft to pilot or open (study_state.h) makes the sample where it may take a second, on a store that is only read;
 * then calls study_sample_insert, each time in a transaction of its own, until it is done. Nobody who waits for the writer waits for more
 * than STUDY_STEP_CONDITIONS conditions. A draft whose making was cut short keeps what was stored: nobody sees it before the step is
 * taken, and the next sample goes on behind what is as it would make it, or takes its place.
 *
 *     study_sample_make(reader, ...);
 *     do begin, study_sample_insert(writer, ..., &progress), commit; while (progress == STUDY_SAMPLE_GOES_ON);
 *
 * Threads: as the stores; a sample belongs to one thread at a time. */
#ifndef DINOLAB_STUDY_STUDY_SAMPLE_H
#define DINOLAB_STUDY_STUDY_SAMPLE_H

#include "study/make_conditions.h"

enum { STUDY_STEP_CONDITIONS = 50 }; /* of 120 trials: about 20 ms of the writer's time */

struct study_sample {
    int64_t                study_id;
    int64_t                revision; /* of the study that it was made of */
    struct condition_maker maker;
    int                    stored_count; /* of the study's rows, that are the first of those made */
    bool                   is_clearing;  /* what is stored is something else: it goes first */
};

enum study_sample_progress {
    STUDY_SAMPLE_GOES_ON,
    STUDY_SAMPLE_DONE,
    STUDY_SAMPLE_STALE, /* the study was changed after it was made: to be made anew; nothing was stored */
};

/* A study that is to be sampled lacks them until the last is there, one with written conditions never. */
MUST_CHECK bool study_lacks_conditions(struct store *store, const struct study_row *row, bool *is_lacking, struct err *err);

/* In `arena`. ERR_CONFLICT when the study does not say what to make conditions from; the sampler's sentence when a bin cannot be filled. */
MUST_CHECK bool study_sample_make(struct store *store, const struct data_folder *folder, const char *slug, struct arena *arena,
                                  struct study_sample *out, struct err *err);

/* To be called in a transaction, on a store for writing. */
MUST_CHECK bool study_sample_insert(struct store *store, struct study_sample *sample, enum study_sample_progress *progress,
                                    struct err *err);

/* To the end, in the caller's transaction: for sub-commands, which nobody waits for. */
MUST_CHECK bool study_sample_store(struct store *store, struct study_sample *sample, const char *slug, struct err *err);

/* ERR_CONFLICT, for one whose sample is stale: somebody else was faster. */
bool study_sample_is_stale(const char *slug, struct err *err);

#endif
