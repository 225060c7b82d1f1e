#include "study/study_description.h"

#include "study/make_conditions.h"
#include "study/study_parts.h"

/* In the order of enum task_kind. */
static const char *const TASK_NAMES[] = {"category", "reward", NULL};

/* In which a study can begin, in the order of enum study_stage. */
static const char *const STATE_NAMES[] = {"draft", "pilot", "open", NULL};

static const struct json_field DESCRIPTION_FIELDS[] = {
    JSON_TEXT("slug", struct study_description, slug, 1, NAME_BYTES - 1),
    JSON_TEXT("title", struct study_description, title, 1, STUDY_TITLE_BYTES_MAX),
    JSON_NAME("task", struct study_description, task, TASK_NAMES),
    JSON_TEXT("stimulus_set", struct study_description, stimulus_set, 1, NAME_BYTES - 1),
    JSON_VALUE("representations", struct study_description, representations),
    JSON_OPTIONAL_VALUE("settings", struct study_description, given_settings),
    JSON_OPTIONAL_TEXT("generative", struct study_description, generative, 1, NAME_BYTES - 1),
    JSON_OPTIONAL_INT("condition_count", struct study_description, condition_count, 1, STUDY_CONDITION_MAX),
    {.name        = "seed",
     .kind        = JSON_KIND_I64,
     .offset      = offsetof(struct study_description, seed),
     .min         = 0,
     .max         = 9e15,
     .is_optional = true},
    JSON_OPTIONAL_VALUE("conditions", struct study_description, conditions),
    JSON_OPTIONAL_VALUE("documents", struct study_description, documents),
    {.name        = "state",
     .kind        = JSON_KIND_NAME,
     .offset      = offsetof(struct study_description, state),
     .names       = STATE_NAMES,
     .is_optional = true},
};

bool study_description_read(const struct json_value *root, struct study_description *description, struct err *err)
{
    struct text settings;
    bool        ok;

    *description       = (struct study_description){0};
    description->seed  = SEED_NONE;
    description->state = STUDY_STATE_NOT_GIVEN;
    if (!json_read_object(root, "", DESCRIPTION_FIELDS, JSON_FIELD_COUNT(DESCRIPTION_FIELDS), description, err)) return false;
    if (!text_is_slug(description->slug)) return err_set(err, ERR_INVALID, "field 'slug' must be of a-z 0-9 _ -");
    if (description->conditions == NULL && description->generative == NULL)
        return err_set(err, ERR_INVALID,
                       "field 'generative' is missing: give either 'conditions', or 'generative' with 'condition_count'");
    if (description->conditions == NULL && description->condition_count == 0)
        return err_set(err, ERR_INVALID, "field 'condition_count' is missing");
    if (description->conditions != NULL && (description->condition_count != 0 || description->seed != SEED_NONE))
        return err_set(err, ERR_INVALID, "fields 'condition_count' and 'seed' are for sampling, not for written 'conditions'");
    if (description->conditions == NULL && description->seed == SEED_NONE) description->seed = 0;
    text_init(&settings);
    if (description->given_settings != NULL) json_copy(description->given_settings, &settings);
    ok = text_ok(&settings, err) &&
         study_settings_read((enum task_kind)description->task, (struct span){settings.data, settings.length},
                             &description->settings, err);
    text_close(&settings);
    return ok ? true : err_in(err, "settings");
}
