#include "live/group_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live/group_json.h"

enum { TOPIC_PART_COUNT = 3 };

bool group_topic_read(const char *topic, int64_t *study_id, unsigned *exclude, bool *is_loo)
{
    char    copy[HUB_TOPIC_BYTES];
    char   *rest = copy + strlen(HUB_GROUP_PREFIX);
    char   *parts[TOPIC_PART_COUNT];
    int     count = 0;
    int64_t flags;

    if (strncmp(topic, HUB_GROUP_PREFIX, strlen(HUB_GROUP_PREFIX)) != 0) return false;
    (void)snprintf(copy, sizeof copy, "%s", topic);
    while (rest != NULL && count < TOPIC_PART_COUNT) parts[count++] = strsep(&rest, "/");
    *is_loo = count == TOPIC_PART_COUNT && strcmp(parts[2], "loo") == 0;
    if (rest != NULL || count < 2 || (count == TOPIC_PART_COUNT && !*is_loo)) return false;
    if (!text_to_i64(parts[0], 1, INT64_MAX, study_id) || !text_to_i64(parts[1], 0, GROUP_EXCLUSIONS, &flags)) return false;
    *exclude = (unsigned)flags;
    return true;
}

struct group_view *group_view_new(int64_t study_id, unsigned exclude, struct err *err)
{
    struct group_view *view = calloc(1, sizeof *view);

    if (view == NULL) return err_no_memory(err), NULL;
    (void)snprintf(view->topic, sizeof view->topic, HUB_GROUP_PREFIX "%lld/%u", (long long)study_id, exclude);
    view->study_id = study_id;
    view->exclude  = exclude;
    return view;
}

static void forget_numbers(struct group_view *view)
{
    if (view->has_numbers) group_numbers_close(&view->numbers);
    view->has_numbers = false;
}

void group_view_free(struct group_view *view)
{
    if (view == NULL) return;
    forget_numbers(view);
    if (view->has_mixed) group_mixed_close(&view->mixed);
    free(view);
}

void group_view_leave(struct group_view *view)
{
    forget_numbers(view);
    if (view->has_mixed) group_mixed_leave(&view->mixed);
    view->cohort = NULL;
}

bool group_view_refresh(struct group_view *view, struct err *err)
{
    if (!view->has_mixed && !group_mixed_init(&view->mixed, view->cohort->study->model_count, err)) return false;
    view->has_mixed = true;
    if (view->erased_count != view->cohort->erased_count) group_mixed_forget(&view->mixed);
    view->erased_count = view->cohort->erased_count;
    forget_numbers(view);
    view->has_numbers = true; /* to be closed, whatever comes */
    if (!group_numbers_compute(view->cohort, view->exclude, &view->numbers, err) ||
        !group_numbers_compare(view->cohort, &view->numbers, err)) {
        forget_numbers(view);
        return false;
    }
    view->revision       = view->cohort->revision;
    view->is_unpublished = true;
    view->is_mixed_done = view->is_settled = view->is_quiet = false;
    return true;
}

bool group_view_count(struct group_view *view, struct err *err)
{
    struct group_funnel funnel;

    if (!store_group_funnel(view->cohort->store, view->study_id, &funnel, err)) return false;
    view->is_unpublished |= memcmp(&funnel, &view->funnel, sizeof funnel) != 0; /* integers only: no padding */
    view->funnel = funnel;
    return true;
}

bool group_view_write(const struct group_view *view, const struct clock *clock, double refresh_ms, struct text *out,
                      struct err *err)
{
    struct group_condition_row *conditions      = NULL;
    int                         condition_count = 0;
    struct group_loo_progress   job;
    struct json_writer          writer;
    struct arena                arena;
    bool                        ok;

    arena_init(&arena);
    ok = store_group_conditions(view->cohort->store, view->study_id, &arena, &conditions, &condition_count, err);
    if (ok) {
        const struct group_document document = {.study           = view->cohort->study,
                                                .exclude         = view->exclude,
                                                .numbers         = &view->numbers,
                                                .mixed           = &view->mixed,
                                                .loo_job         = group_loo_progress(&view->mixed, clock, &job) ? &job : NULL,
                                                .funnel          = &view->funnel,
                                                .conditions      = conditions,
                                                .condition_count = condition_count,
                                                .data_stamp      = view->cohort->data_stamp,
                                                .computed_at_ms  = clock_wall_ms(clock),
                                                .refresh_ms      = refresh_ms};

        text_reset(out);
        json_writer_init(&writer, out);
        group_json_write(&writer, &document);
        ok = text_ok(out, err);
    }
    arena_close(&arena);
    return ok;
}
