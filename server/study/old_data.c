#include "study/old_data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_representation.h"
#include "store/store_trial.h"
#include "study/condition_rows.h"
#include "study/enroll.h"
#include "study/old_data_material.h"
#include "study/study_catalog.h"
#include "json/json_write.h"

enum { MATRIX_MAX = 200, TITLE_BYTES_MAX = 200 };

/* What the steps share. */
struct bringing {
    const struct import_place *place;
    const struct old_data     *data;
    struct study_settings      settings;
    struct media_row           blank;
    struct kept_matrix        *kept; /* per matrix */
    struct stimulus_set_row    set;
    struct stimulus_row       *stimuli;
    int64_t                    study_id;
    struct session_provenance  provenance;
    int64_t                   *conditions; /* per person: of the first one alike */
    struct arena               arena;
    struct old_data_result    *out;
};

/* --- before anything is written --- */

static void write_learners(struct json_writer *writer, const char *learners)
{
    json_begin_array(writer, "learners");
    while (*learners != '\0') {
        const size_t length = strcspn(learners, ",");
        char         name[256];

        (void)snprintf(name, sizeof name, "%.*s", (int)length, learners);
        json_text(writer, NULL, name);
        learners += length + (learners[length] == ',');
    }
    json_end_array(writer);
}

/* The defaults, but for what the data say, and nobody is paid. */
static bool read_settings(struct bringing *bringing, struct err *err)
{
    const struct old_data *data        = bringing->data;
    int                    trial_count = 0;
    struct json_writer     writer;
    struct text            json;
    bool                   ok;

    for (int p = 0; p < data->person_count; p++)
        if (data->people[p].trial_count > trial_count) trial_count = data->people[p].trial_count;
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_i64(&writer, "trial_count", trial_count);
    json_i64(&writer, "practice_count", 0);
    json_i64(&writer, "base_minor", 0);
    json_i64(&writer, "per_correct_minor", 0);
    json_i64(&writer, "max_bonus_minor", 0);
    json_bool(&writer, "is_fullscreen_required", false);
    if (data->learners != NULL) write_learners(&writer, data->learners);
    json_end_object(&writer);
    ok = text_ok(&json, err) && study_settings_read(data->task, (struct span){json.data, json.length}, &bringing->settings, err);
    text_close(&json);
    return ok;
}

static bool check(const struct old_data *data, struct err *err)
{
    bool is_generative_there = data->generative == NULL;

    if (!text_is_slug(data->slug) || strlen(data->slug) >= NAME_BYTES)
        return err_set(err, ERR_INVALID, "the slug '%s' must be of a-z 0-9 _ -, %d at most", data->slug, NAME_BYTES - 1);
    if (data->title[0] == '\0' || strlen(data->title) > TITLE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "the title must have 1 to %d bytes", TITLE_BYTES_MAX);
    if (data->matrix_count < 1 || data->matrix_count > MATRIX_MAX)
        return err_set(err, ERR_INVALID, "give 1 to %d representations", MATRIX_MAX);
    for (int m = 0; m < data->matrix_count && !is_generative_there; m++)
        is_generative_there = strcmp(data->matrices[m].name, data->generative) == 0;
    return is_generative_there ? true : err_set(err, ERR_INVALID, "there is no representation '%s'", data->generative);
}

static bool check_trial(const struct old_data *data, const struct old_trial *trial, struct err *err)
{
    const struct planned_trial *planned = &trial->planned;
    const bool                  is_pair = data->task == TASK_REWARD;

    if (trial->response < 0 || trial->response >= CHOICE_COUNT)
        return err_set(err, ERR_INVALID, "the response is 0 or 1, not %d", trial->response);
    if (planned->left_stimulus < 0 || planned->left_stimulus >= data->stimulus_count ||
        planned->right_stimulus >= data->stimulus_count || (planned->right_stimulus >= 0) != is_pair)
        return err_set(err, ERR_INVALID, "it does not show %s of the stimuli", is_pair ? "two" : "one");
    return true;
}

static bool check_people(const struct old_data *data, struct err *err)
{
    for (int p = 0; p < data->person_count; p++) {
        const struct old_person *person = &data->people[p];

        if (person->trial_count < 1 || person->alike < 0 || person->alike > p)
            return err_set(err, ERR_INVALID, "participant %d has no trials, or is like a later one", p + 1);
        for (int t = 0; t < person->trial_count; t++)
            if (!check_trial(data, &person->trials[t], err)) return err_wrap(err, "participant %d, trial %d", p + 1, t);
    }
    return true;
}

static bool keep_files(struct bringing *bringing, struct err *err)
{
    const struct old_data *data = bringing->data;

    bringing->kept = arena_alloc_array(&bringing->arena, (size_t)data->matrix_count, sizeof *bringing->kept);
    if (bringing->kept == NULL) return err_no_memory(err);
    for (int m = 0; m < data->matrix_count; m++)
        if (!old_data_keep_matrix(bringing->place, &data->matrices[m], data->stimulus_count, &bringing->kept[m], err))
            return false;
    return old_data_keep_blank(bringing->place, &bringing->blank, err);
}

/* --- the study --- */

static bool insert_study(struct bringing *bringing, struct err *err)
{
    const struct old_data *data = bringing->data;
    struct text            settings;
    struct study_row       row = {
              .title           = data->title,
              .state           = "closed",
              .is_imported     = true,
              .sample_seed     = SEED_NONE,
              .stimulus_set_id = bringing->set.stimulus_set_id,
              .created_at_ms   = bringing->place->now_ms,
    };
    bool ok;

    (void)snprintf(row.slug, sizeof row.slug, "%s", data->slug);
    (void)snprintf(row.task, sizeof row.task, "%s", task_name(data->task));
    text_init(&settings);
    study_settings_write(&bringing->settings, &settings);
    ok = text_ok(&settings, err);
    if (ok) {
        row.settings = settings.data;
        secret_sha256_of(settings.data, settings.length, &row.settings_sha256);
        ok = store_study_insert(bringing->place->store, &row, &bringing->study_id, err);
    }
    text_close(&settings);
    return ok;
}

static bool insert_representations(struct bringing *bringing, struct err *err)
{
    const struct old_data *data  = bringing->data;
    struct store          *store = bringing->place->store;

    for (int m = 0; m < data->matrix_count; m++) {
        const struct old_matrix *matrix = &data->matrices[m];
        int64_t                  id;

        if (!old_data_insert_representation(bringing->place, matrix, &bringing->kept[m], bringing->set.stimulus_set_id, &id, err))
            return false;
        if (!store_study_representation_insert(store, bringing->study_id, id, m, err)) return false;
        if (data->generative != NULL && strcmp(matrix->name, data->generative) == 0 &&
            !store_study_set_generative(store, bringing->study_id, id, err))
            return false;
    }
    return true;
}

static bool read_provenance(struct bringing *bringing, struct err *err)
{
    struct study_catalog *catalog = study_catalog_new(err);
    const struct study   *study;
    bool                  ok;

    ok = catalog != NULL && study_catalog_by_id(catalog, bringing->place->store, bringing->study_id, &study, err);
    if (ok) bringing->provenance = study->provenance;
    bringing->provenance.program_version[0] = '\0'; /* they ran with another program */
    study_catalog_free(catalog);
    return ok;
}

/* --- conditions and people --- */

static void find_points(struct condition *condition)
{
    for (int t = 0; t < condition->trial_count; t++) {
        const int points[2] = {condition->trials[t].left_points, condition->trials[t].right_points};

        for (int side = 0; side < 2; side++) {
            if ((t == 0 && side == 0) || points[side] < condition->points_min) condition->points_min = points[side];
            if ((t == 0 && side == 0) || points[side] > condition->points_max) condition->points_max = points[side];
        }
    }
}

/* The sequence of one person, which may be that of others too. */
static bool insert_condition(struct bringing *bringing, const struct old_person *person, int64_t *id, struct err *err)
{
    const struct condition_place place = {
        .study_id = bringing->study_id, .task = bringing->data->task, .set = &bringing->set, .stimuli = bringing->stimuli};
    const struct condition_facts facts     = {.number    = bringing->out->condition_count + 1,
                                              .dimension = person->dimension,
                                              .high      = DINOSAUR_FOLTY}; /* as in the papers */
    struct condition             condition = {.trial_count = person->trial_count};
    bool                         ok;

    condition.trials = calloc((size_t)person->trial_count, sizeof *condition.trials);
    if (condition.trials == NULL) return err_no_memory(err);
    for (int t = 0; t < person->trial_count; t++) condition.trials[t] = person->trials[t].planned;
    if (bringing->data->task == TASK_REWARD) find_points(&condition);
    ok = condition_rows_insert(bringing->place->store, &place, &facts, &condition, id, err);
    condition_close(&condition);
    bringing->out->condition_count++;
    return ok;
}

static bool insert_session(struct bringing *bringing, const struct old_person *person, int64_t condition_id,
                           struct session_row *session, struct err *err)
{
    struct session_admission admission = {.imported_include = person->include};
    char                     token[SECRET_TOKEN_LENGTH + 1];

    *session = (struct session_row){.study_id        = bringing->study_id,
                                    .condition_id    = condition_id,
                                    .consented_at_ms = bringing->place->now_ms,
                                    .is_imported     = true};
    enroll_public_id(session->public_id);
    secret_token_make(token); /* that nobody gets */
    secret_token_hash(token, &admission.token_hash);
    secret_sha256_of("", 0, &admission.consent_sha256);
    return store_session_insert(bringing->place->store, session, &admission, &bringing->provenance, err);
}

static bool insert_trials(struct bringing *bringing, const struct old_person *person, int64_t session_id, struct err *err)
{
    struct tally tally = {0};

    for (int t = 0; t < person->trial_count; t++) {
        const struct old_trial *trial = &person->trials[t];
        const struct score      score = task_score(bringing->data->task, &trial->planned, trial->response, &tally);
        const struct trial_row  row   = {
               .session_id                  = session_id,
               .phase                       = PHASE_MAIN,
               .trial_index                 = t,
               .response                    = trial->response,
               .is_correct                  = score.is_correct,
               .is_tie                      = score.is_tie,
               .rt_ms                       = trial->rt_ms,
               .is_rt_missing               = isnan(trial->rt_ms),
               .frame_ms                    = NAN,
               .input                       = "keyboard", /* the column needs one; that it is not known is said by the session */
               .previous_reply_ms           = NAN,
               .received_at_ms              = bringing->place->now_ms,
               .total_correct               = tally.correct_count,
               .total_scored                = tally.scored_count,
               .total_regret                = tally.regret,
               .total_chance_regret_doubled = tally.chance_regret_doubled,
        };

        if (!store_trial_insert(bringing->place->store, &row, err)) return false;
    }
    bringing->out->trial_count += person->trial_count;
    return true;
}

static bool insert_person(struct bringing *bringing, int index, struct err *err)
{
    const struct old_person *person = &bringing->data->people[index];
    struct session_row       session;

    if (person->alike == index && !insert_condition(bringing, person, &bringing->conditions[index], err)) return false;
    return insert_session(bringing, person, bringing->conditions[person->alike], &session, err) &&
           insert_trials(bringing, person, session.session_id, err) &&
           store_session_end(bringing->place->store, session.session_id, SESSION_FINISHED, bringing->place->now_ms, err);
}

static bool insert_all(struct bringing *bringing, struct err *err)
{
    const struct old_data *data = bringing->data;

    if (!old_data_insert_set(bringing->place, data, &bringing->blank, &bringing->arena, &bringing->set, &bringing->stimuli,
                             err) ||
        !insert_study(bringing, err) || !insert_representations(bringing, err) || !read_provenance(bringing, err))
        return false;
    for (int p = 0; p < data->person_count; p++)
        if (!insert_person(bringing, p, err)) return err_wrap(err, "participant %d", p + 1);
    return true;
}

bool old_data_import(const struct import_place *place, const struct old_data *data, struct old_data_result *out, struct err *err)
{
    struct bringing *bringing = calloc(1, sizeof *bringing); /* settings are large */
    bool             ok;

    *out = (struct old_data_result){0};
    if (bringing == NULL) return err_no_memory(err);
    bringing->place = place;
    bringing->data  = data;
    bringing->out   = out;
    arena_init(&bringing->arena);
    bringing->conditions = arena_alloc_array(&bringing->arena, (size_t)data->person_count + 1, sizeof *bringing->conditions);
    ok                   = (bringing->conditions != NULL || err_no_memory(err)) && check(data, err) && check_people(data, err) &&
         read_settings(bringing, err) && keep_files(bringing, err) && store_begin(place->store, err);
    if (ok) {
        ok = insert_all(bringing, err) && store_commit(place->store, err);
        if (!ok) store_rollback(place->store);
    }
    arena_close(&bringing->arena);
    free(bringing);
    return ok ? true : err_wrap(err, "study '%s'", data->slug);
}
