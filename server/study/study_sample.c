#include "study/study_sample.h"

#include <string.h>

#include "store/store_representation.h"
#include "study/study_parts.h"

bool study_lacks_conditions(struct store *store, const struct study_row *row, bool *is_lacking, struct err *err)
{
    int count;

    if (!store_condition_count(store, row->study_id, &count, err)) return false;
    *is_lacking = row->sample_count == 0 ? count == 0 : count < row->sample_count;
    return true;
}

/* --- making --- */

static bool sample_row(struct store *store, const struct data_folder *folder, const struct study_row *row, struct arena *arena,
                       struct study_sample *out, struct err *err)
{
    struct study_settings *settings = arena_alloc(arena, sizeof *settings);
    struct generative_row  generative;
    enum task_kind         task;

    if (settings == NULL) return err_no_memory(err);
    if (!study_row_settings(row, settings, &task, err) || !store_study_generative(store, row->study_id, &generative, err))
        return false;
    if (row->sample_count == 0 || generative.representation_id == 0)
        return err_set(err, ERR_CONFLICT, "the study has no conditions, and does not say what to make them from");
    return conditions_open(&out->maker, store, folder, task, settings, row->stimulus_set_id, arena, err) &&
           conditions_sample(&out->maker, generative.name, row->sample_count,
                             row->sample_seed == SEED_NONE ? 0 : row->sample_seed, err);
}

bool study_sample_make(struct store *store, const struct data_folder *folder, const char *slug, struct arena *arena,
                       struct study_sample *out, struct err *err)
{
    struct study_row row;

    *out = (struct study_sample){0};
    if (!store_study_by_slug(store, slug, arena, &row, err)) return false;
    out->study_id = row.study_id;
    out->revision = row.revision;
    return sample_row(store, folder, &row, arena, out, err);
}

/* --- storing --- */

/* Whether the study's rows are the first of those made. */
static bool compare(struct store *store, const struct study_sample *sample, bool *is_same, struct err *err)
{
    struct condition_row *rows  = NULL;
    int                   count = 0;
    struct arena          arena;

    arena_init(&arena);
    if (!store_conditions(store, sample->study_id, &arena, &rows, &count, err)) return arena_close(&arena), false;
    *is_same = count <= sample->maker.made_count;
    for (int i = 0; *is_same && i < count; i++) {
        struct secret_hash hash;

        conditions_hash(&sample->maker, i, &hash);
        *is_same =
            rows[i].condition_number == sample->maker.made[i].facts.number && memcmp(&rows[i].sha256, &hash, sizeof hash) == 0;
    }
    arena_close(&arena);
    return true;
}

/* Conditions of a study that people may be in never go. */
static bool check_draft(struct store *store, int64_t study_id, struct err *err)
{
    struct study_row row;
    struct study_use use;
    struct arena     arena;
    bool             ok;

    arena_init(&arena);
    ok = store_study_by_id(store, study_id, &arena, &row, err) && store_study_use(store, study_id, &use, err);
    if (ok && (study_row_stage(&row) != STUDY_DRAFT || use.live_count + use.pilot_count > 0))
        ok = err_set(err, ERR_CONFLICT, "the conditions of the study '%s' are in use and stay", row.slug);
    arena_close(&arena);
    return ok;
}

static bool clear_some(struct store *store, struct study_sample *sample, int count, struct err *err)
{
    if (!check_draft(store, sample->study_id, err)) return false;
    if (!store_study_conditions_delete(store, sample->study_id, STUDY_STEP_CONDITIONS, err)) return false;
    sample->is_clearing  = count > STUDY_STEP_CONDITIONS;
    sample->stored_count = 0;
    return true;
}

static bool insert_some(struct store *store, struct study_sample *sample, enum study_sample_progress *progress, struct err *err)
{
    int count = sample->maker.made_count - sample->stored_count;

    if (count > STUDY_STEP_CONDITIONS) count = STUDY_STEP_CONDITIONS;
    if (!conditions_insert(&sample->maker, store, sample->study_id, sample->stored_count, count, err)) return false;
    sample->stored_count += count;
    *progress = sample->stored_count == sample->maker.made_count ? STUDY_SAMPLE_DONE : STUDY_SAMPLE_GOES_ON;
    return true;
}

bool study_sample_insert(struct store *store, struct study_sample *sample, enum study_sample_progress *progress, struct err *err)
{
    int64_t revision;
    int     count;
    bool    is_same;

    *progress = STUDY_SAMPLE_GOES_ON;
    if (!store_study_revision(store, sample->study_id, &revision, err) ||
        !store_condition_count(store, sample->study_id, &count, err))
        return false;
    if (revision != sample->revision || (count < sample->stored_count && !sample->is_clearing)) {
        *progress = STUDY_SAMPLE_STALE;
        return true;
    }
    if (sample->is_clearing) return clear_some(store, sample, count, err);
    if (count > sample->stored_count) { /* from a making that was cut short, or from another one at the same time */
        if (!compare(store, sample, &is_same, err)) return false;
        if (!is_same) return clear_some(store, sample, count, err);
        sample->stored_count = count;
    }
    return insert_some(store, sample, progress, err);
}

bool study_sample_is_stale(const char *slug, struct err *err)
{
    return err_set(err, ERR_CONFLICT, "the study '%s' was changed while its conditions were made; please try again", slug);
}

bool study_sample_store(struct store *store, struct study_sample *sample, const char *slug, struct err *err)
{
    enum study_sample_progress progress = STUDY_SAMPLE_GOES_ON;
    bool                       ok       = true;

    while (ok && progress == STUDY_SAMPLE_GOES_ON) ok = study_sample_insert(store, sample, &progress, err);
    return ok && progress == STUDY_SAMPLE_STALE ? study_sample_is_stale(slug, err) : ok;
}
