#include "study/study_standing.h"

#include <stdio.h>

enum { FIELD_PATH_BYTES = 96 };

/* The members of a description beside its settings. What a study is of never changes. */
static const struct {
    const char         *field;
    bool                is_fixed;
    enum setting_change change;
} MEMBERS[] = {
    {"slug", true, CHANGE_SAMPLE},         {"task", true, CHANGE_SAMPLE},
    {"stimulus_set", true, CHANGE_SAMPLE}, {"title", false, CHANGE_ALWAYS},
    {"documents", false, CHANGE_ALWAYS},   {"representations", false, CHANGE_MODELS},
    {"generative", false, CHANGE_SAMPLE},  {"condition_count", false, CHANGE_SAMPLE},
    {"seed", false, CHANGE_SAMPLE},
};

static const char *const REASONS[CHANGE_COUNT] = {
    [CHANGE_SAMPLE] =
        "conditions are made from it, and it can change only in a draft that nobody has played; duplicate the study",
    [CHANGE_MODELS]  = "it can change only in a draft or a pilot that nobody has played; duplicate the study",
    [CHANGE_PROMISE] = "it was promised when the study was opened",
    [CHANGE_SESSION] = "it can change only in a draft or a pilot without live sessions: all of them shall run with the same",
    [CHANGE_ALWAYS]  = "the study is closed",
};

bool study_standing_read(struct store *store, const struct study_row *row, struct study_standing *out, struct err *err)
{
    *out = (struct study_standing){
        .stage = study_row_stage(row), .was_opened = row->opened_at_ms != 0, .is_sampled = row->sample_count != 0};
    return store_study_use(store, row->study_id, &out->use, err);
}

bool study_may_change(const struct study_standing *standing, enum setting_change change)
{
    bool is_being_made = standing->stage == STUDY_DRAFT || standing->stage == STUDY_PILOT;
    bool is_played     = standing->use.live_count + standing->use.pilot_count > 0;

    switch (change) {
    case CHANGE_SAMPLE:
        return standing->stage == STUDY_DRAFT && standing->is_sampled && !is_played;
    case CHANGE_MODELS:
        return is_being_made && !is_played;
    case CHANGE_PROMISE:
        return is_being_made && !standing->was_opened;
    case CHANGE_SESSION:
        return is_being_made && standing->use.live_count == 0;
    case CHANGE_ALWAYS:
        return standing->stage != STUDY_CLOSED;
    case CHANGE_COUNT:
        break;
    }
    return false;
}

bool study_check_change(const struct study_standing *standing, enum setting_change change, const char *field, struct err *err)
{
    if (study_may_change(standing, change)) return true;
    if (change == CHANGE_SAMPLE && !standing->is_sampled)
        return err_set(err, ERR_CONFLICT, "field '%s' cannot change: the study's conditions were written out, not sampled",
                       field);
    return err_set(err, ERR_CONFLICT, "field '%s' cannot change: %s", field,
                   standing->stage == STUDY_CLOSED ? REASONS[CHANGE_ALWAYS] : REASONS[change]);
}

void study_write_frozen(const struct study_standing *standing, const char *key, struct json_writer *writer)
{
    json_begin_array(writer, key);
    for (size_t i = 0; i < sizeof MEMBERS / sizeof MEMBERS[0]; i++)
        if (MEMBERS[i].is_fixed || !study_may_change(standing, MEMBERS[i].change)) json_text(writer, NULL, MEMBERS[i].field);
    for (const struct setting_note *note = SETTING_NOTES; note->path != NULL; note++) {
        char path[FIELD_PATH_BYTES];

        (void)snprintf(path, sizeof path, "settings.%s", note->path);
        if (!study_may_change(standing, note->change)) json_text(writer, NULL, path);
    }
    json_end_array(writer);
}
