#include "cmd_import_trials.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data.h"
#include "fit/trial_table.h"
#include "study/old_data.h"
#include "task/study_settings.h"

enum { POINTS_LIMIT = 1000 * 1000 }; /* sums of a session stay far inside an int64_t */

struct options {
    const char        *data;
    const char        *task;
    const char        *trials;
    const char        *stimuli;
    struct option_list representations;
};

/* Points are whole numbers in a study: a table may have them as 3.0, but not as 3.5. */
static bool points_of(const struct trial_table *table, int trial, int side, int *out, struct err *err)
{
    const double target = table->targets[trial * table->image_count + side];

    if (!(fabs(target) <= POINTS_LIMIT) || target < floor(target) || target > floor(target))
        return err_set(err, ERR_INVALID, "participant '%s', trial %" PRId64 ": points must be whole numbers, not %g",
                       table->labels[table->participants[trial]], table->numbers[trial], target);
    *out = (int)target;
    return true;
}

static bool take_trial(const struct trial_table *table, int trial, struct old_trial *out, struct err *err)
{
    const int *images = &table->images[trial * table->image_count];

    *out = (struct old_trial){.planned  = {.left_stimulus = images[0], .right_stimulus = -1},
                              .response = table->choices[trial],
                              .rt_ms    = table->rt_ms[trial]};
    if (table->task == LEARNER_TASK_CATEGORY) {
        out->planned.category = table->targets[trial] > 0.5 ? DINOSAUR_JULTY : DINOSAUR_FOLTY;
        return true;
    }
    out->planned.right_stimulus = images[1];
    return points_of(table, trial, 0, &out->planned.left_points, err) &&
           points_of(table, trial, 1, &out->planned.right_points, err);
}

/* What is said of a person with every trial must be the same with each. */
static bool one_value(const struct trial_table *table, int participant, const char *what, const int *values, int *out,
                      struct err *err)
{
    *out = values[table->first[participant]];
    for (int t = table->first[participant]; t < table->first[participant + 1]; t++)
        if (values[t] != *out)
            return err_set(err, ERR_INVALID, "participant '%s', trial %" PRId64 ": %s is not that of the trials before",
                           table->labels[participant], table->numbers[t], what);
    return true;
}

static bool take_person(const struct trial_table *table, int participant, const struct old_trial *trials, struct old_person *out,
                        struct err *err)
{
    int include, dimension;

    if (!one_value(table, participant, "include", table->includes, &include, err) ||
        !one_value(table, participant, "dimension", table->dimensions, &dimension, err))
        return false;
    *out = (struct old_person){.trials      = &trials[table->first[participant]],
                               .trial_count = trial_table_count_of(table, participant),
                               .alike       = table->alike[participant],
                               .dimension   = dimension,
                               .include     = include < 0    ? INCLUSION_NOT_ASKED
                                              : include == 1 ? INCLUSION_YES
                                                             : INCLUSION_NO};
    return true;
}

/* The same sequence for another dimension is another condition. */
static void part_by_dimension(struct old_person *people, int count)
{
    for (int p = 0; p < count; p++) {
        const int first = people[p].alike;

        if (people[first].dimension == people[p].dimension) continue;
        people[p].alike = p;
        for (int q = p + 1; q < count; q++)
            if (people[q].alike == first && people[q].dimension == people[p].dimension) people[q].alike = p;
    }
}

static bool take_people(const struct trial_table *table, struct arena *arena, struct old_data *data, struct err *err)
{
    struct old_trial  *trials = arena_alloc_array(arena, (size_t)table->trial_count, sizeof *trials);
    struct old_person *people = arena_alloc_array(arena, (size_t)table->participant_count, sizeof *people);

    if (trials == NULL || people == NULL) return err_no_memory(err);
    for (int t = 0; t < table->trial_count; t++)
        if (!take_trial(table, t, &trials[t], err)) return false;
    for (int p = 0; p < table->participant_count; p++)
        if (!take_person(table, p, trials, &people[p], err)) return false;
    part_by_dimension(people, table->participant_count);
    data->people       = people;
    data->person_count = table->participant_count;
    return true;
}

static bool take_matrices(const struct option_list *list, struct arena *arena, struct old_data *data, struct err *err)
{
    struct old_matrix *matrices = arena_alloc_array(arena, (size_t)list->count, sizeof *matrices);

    if (matrices == NULL) return err_no_memory(err);
    for (int m = 0; m < list->count; m++) {
        const char *equals = strchr(list->values[m], '=');
        char       *name;

        if (equals == NULL || equals == list->values[m] || equals[1] == '\0')
            return err_set(err, ERR_INVALID, "--representation is NAME=FILE, not '%s'", list->values[m]);
        name = arena_alloc(arena, (size_t)(equals - list->values[m]) + 1);
        if (name == NULL) return err_no_memory(err);
        memcpy(name, list->values[m], (size_t)(equals - list->values[m])); /* the arena's memory is zeroed */
        matrices[m] = (struct old_matrix){.name = name, .path = equals + 1};
    }
    data->matrices     = matrices;
    data->matrix_count = list->count;
    return true;
}

static bool bring_in(const struct options *options, struct old_data *data, const struct trial_table *table,
                     const struct stimulus_list *stimuli, struct old_data_result *result, struct err *err)
{
    struct import_place place;
    struct data         opened;
    struct arena        arena;
    bool                ok;

    arena_init(&arena);
    data->stimuli        = stimuli->ids.names;
    data->stimulus_count = stimuli->ids.name_count;
    ok                   = take_people(table, &arena, data, err) && take_matrices(&options->representations, &arena, data, err) &&
         data_open(options->data, &opened, err);
    if (ok) {
        place = data_import_place(&opened);
        ok    = old_data_import(&place, data, result, err) && data_note(&opened, "import trials", data->slug, err);
        data_close(&opened);
    }
    arena_close(&arena);
    return ok;
}

static bool import_trials(const struct options *options, struct old_data *data, struct err *err)
{
    struct stimulus_list   stimuli;
    struct trial_table     table = {0};
    struct old_data_result result;
    bool                   ok;

    if (!task_from_name(options->task, &data->task))
        return err_set(err, ERR_INVALID, "--task is reward or category, not '%s'", options->task);
    ok = stimulus_list_read(&stimuli, options->stimuli, err);
    if (ok) {
        ok = trial_table_read_all(&table, options->trials, study_learner_task(data->task), &stimuli, err) &&
             bring_in(options, data, &table, &stimuli, &result, err);
        if (ok)
            (void)printf("study '%s': %d participants, %" PRId64 " trials, %d conditions, %d stimuli without pictures\n",
                         data->slug, data->person_count, result.trial_count, result.condition_count, data->stimulus_count);
        trial_table_close(&table);
    }
    stimulus_list_close(&stimuli);
    return ok;
}

int cmd_import_trials(const struct command *command, int argc, char **argv)
{
    struct options            options  = {0};
    struct old_data           data     = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &options.data, true},
        {"--slug", OPTION_TEXT, &data.slug, true},
        {"--title", OPTION_TEXT, &data.title, true},
        {"--task", OPTION_TEXT, &options.task, true},
        {"--trials", OPTION_TEXT, &options.trials, true},
        {"--stimuli", OPTION_TEXT, &options.stimuli, true},
        {"--representation", OPTION_LIST, &options.representations, true},
        {"--generative", OPTION_TEXT, &data.generative, false},
        {"--learners", OPTION_TEXT, &data.learners, false},
        {0},
    };
    struct err err;

    if (!command_options(command, argc, argv, fields)) return EXIT_WRONG_USE;
    return import_trials(&options, &data, &err) ? EXIT_DONE : command_failed(&err);
}
