#include "study/study_state.h"

#include <string.h>

#include "study/study_parts.h"
#include "study/study_sample.h"

/* STEPS[from][to]; what depends on more is said below. */
static const bool STEPS[STUDY_STAGE_COUNT][STUDY_STAGE_COUNT] = {
    [STUDY_DRAFT]  = {[STUDY_PILOT] = true, [STUDY_OPEN] = true},
    [STUDY_PILOT]  = {[STUDY_DRAFT] = true, [STUDY_OPEN] = true, [STUDY_CLOSED] = true},
    [STUDY_OPEN]   = {[STUDY_PILOT] = true, [STUDY_PAUSED] = true, [STUDY_CLOSED] = true},
    [STUDY_PAUSED] = {[STUDY_OPEN] = true, [STUDY_CLOSED] = true},
    [STUDY_CLOSED] = {[STUDY_PILOT] = true, [STUDY_OPEN] = true},
};

bool study_stage_from_name(const char *name, enum study_stage *out)
{
    for (int stage = 0; stage < STUDY_STAGE_COUNT; stage++) {
        if (strcmp(STUDY_STAGE_NAMES[stage], name) != 0) continue;
        *out = (enum study_stage)stage;
        return true;
    }
    return false;
}

static bool check_step(struct store *store, const struct study_row *row, enum study_stage from, enum study_stage to,
                       struct err *err)
{
    struct study_use use;

    if (row->is_imported) return err_set(err, ERR_CONFLICT, "field 'state': the study was brought in finished and stays closed");
    if (!STEPS[from][to])
        return err_set(err, ERR_CONFLICT, "field 'state': a study cannot go from %s to %s", STUDY_STAGE_NAMES[from],
                       STUDY_STAGE_NAMES[to]);
    if (to != STUDY_PILOT || from == STUDY_DRAFT) return true;
    if (!store_study_use(store, row->study_id, &use, err)) return false;
    if (use.live_count == 0) return true;
    return err_set(err, ERR_CONFLICT, "field 'state': the study has live sessions and cannot be tried out any more");
}

/* Takes the step, unless conditions are to be made first: then *is_lacking, and nothing is done. */
static bool try_step(struct store *store, const char *slug, enum study_stage stage, bool is_taken, int64_t now_ms,
                     bool *is_lacking, struct err *err)
{
    struct study_row row;
    struct arena     arena;
    bool             ok;

    *is_lacking = false;
    arena_init(&arena);
    ok = store_study_by_slug(store, slug, &arena, &row, err);
    if (ok && study_row_stage(&row) != stage) {
        ok = check_step(store, &row, study_row_stage(&row), stage, err);
        if (ok && (stage == STUDY_PILOT || stage == STUDY_OPEN)) ok = study_lacks_conditions(store, &row, is_lacking, err);
        study_row_set_stage(&row, stage);
        if (stage == STUDY_OPEN && row.opened_at_ms == 0) row.opened_at_ms = now_ms;
        ok = ok && (*is_lacking || !is_taken || store_study_update(store, &row, now_ms, err));
    }
    arena_close(&arena);
    return ok;
}

bool study_step_check(struct store *store, const char *slug, enum study_stage stage, bool *is_lacking, struct err *err)
{
    return try_step(store, slug, stage, false, 0, is_lacking, err);
}

bool study_step_take(struct store *store, const char *slug, enum study_stage stage, int64_t now_ms, struct err *err)
{
    bool is_lacking;

    if (!try_step(store, slug, stage, true, now_ms, &is_lacking, err)) return false;
    return !is_lacking ? true : study_sample_is_stale(slug, err);
}

/* --- with all that it needs, where nobody waits --- */

static bool make_conditions(struct store *store, const struct data_folder *folder, const char *slug, struct err *err)
{
    struct study_sample sample;
    struct arena        arena;
    bool                ok;

    arena_init(&arena);
    ok = study_sample_make(store, folder, slug, &arena, &sample, err) && study_sample_store(store, &sample, slug, err);
    arena_close(&arena);
    return ok;
}

bool study_set_state(struct store *store, const struct data_folder *folder, const char *slug, enum study_stage stage,
                     int64_t now_ms, struct err *err)
{
    bool is_lacking;

    return study_step_check(store, slug, stage, &is_lacking, err) && (!is_lacking || make_conditions(store, folder, slug, err)) &&
           study_step_take(store, slug, stage, now_ms, err);
}

bool study_unblind(struct store *store, const char *slug, const char *reason, int64_t now_ms, struct err *err)
{
    struct study_settings settings;
    struct study_row      row;
    struct study_use      use;
    struct arena          arena;
    enum task_kind        task;
    bool                  ok;

    arena_init(&arena);
    ok = store_study_by_slug(store, slug, &arena, &row, err) && study_row_settings(&row, &settings, &task, err) &&
         store_study_use(store, row.study_id, &use, err);
    if (ok && (row.unblinded_at_ms != 0 || !study_settings_hides(&settings, use.finished_count, now_ms)))
        ok = err_set(err, ERR_CONFLICT, "the numbers of the study '%s' are shown already", slug);
    ok = ok && store_study_unblind(store, row.study_id, reason, now_ms, err);
    arena_close(&arena);
    return ok;
}
