#include "study/study_state.h"

#include <string.h>

#include "study/study_parts.h"

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

static bool take_step(struct store *store, const struct data_folder *folder, struct study_row *row, enum study_stage to,
                      int64_t now_ms, struct err *err)
{
    bool is_open = to == STUDY_PILOT || to == STUDY_OPEN;

    study_row_set_stage(row, to);
    if (to == STUDY_OPEN && row->opened_at_ms == 0) row->opened_at_ms = now_ms;
    return (!is_open || study_make_conditions(store, folder, row, err)) && store_study_update(store, row, now_ms, err);
}

bool study_set_state(struct store *store, const struct data_folder *folder, const char *slug, enum study_stage stage,
                     int64_t now_ms, struct err *err)
{
    struct study_row row;
    struct arena     arena;
    bool             ok;

    arena_init(&arena);
    ok = store_study_by_slug(store, slug, &arena, &row, err);
    if (ok && study_row_stage(&row) != stage)
        ok = check_step(store, &row, study_row_stage(&row), stage, err) && take_step(store, folder, &row, stage, now_ms, err);
    arena_close(&arena);
    return ok;
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
