#include <stdio.h>
#include <string.h>

#include "cmd_import_conditions.h"
#include "cmd_import_pictures.h"
#include "cmd_import_tables.h"
#include "cmd_import_trials.h"
#include "command.h"
#include "data.h"
#include "study/import.h"
#include "study/import_facts.h"

static int import_matrix(int argc, char **argv)
{
    const char               *data     = NULL;
    struct import_matrix      matrix   = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &data, true},
        {"--set", OPTION_TEXT, &matrix.stimulus_set, true},
        {"--name", OPTION_TEXT, &matrix.name, true},
        {"--matrix", OPTION_TEXT, &matrix.matrix_path, true},
        {"--ids", OPTION_TEXT, &matrix.ids_path, false},
        {"--family", OPTION_TEXT, &matrix.family, false},
        {"--description", OPTION_TEXT, &matrix.description, false},
        {"--size-class", OPTION_TEXT, &matrix.facts.size_class, false},
        {"--loss", OPTION_TEXT, &matrix.facts.loss, false},
        {"--parameters", OPTION_TEXT, &matrix.facts.parameter_count, false},
        {"--training-images", OPTION_TEXT, &matrix.facts.training_image_count, false},
        {"--baseline-of", OPTION_TEXT, &matrix.facts.baseline_of, false},
        {"--aligned-by", OPTION_TEXT, &matrix.facts.aligned_by, false},
        {0},
    };
    struct import_place  place;
    struct data          opened;
    struct err           err;
    struct import_result result;
    char                 ids[1024] = "";
    bool                 ok;

    if (!command_options(&COMMAND_IMPORT, argc, argv, fields)) return EXIT_WRONG_USE;
    if (!data_find(data, &err) || !data_open(data, &opened, &err)) return command_failed(&err);
    place = data_import_place(&opened);
    ok    = import_representation_report(&place, &matrix, &result, &err) &&
         data_note(&opened, "import representation", matrix.name, &err);
    data_close(&opened);
    if (!ok) return command_failed(&err);
    import_ids_list(&result.extra, ids, sizeof ids);
    (void)printf("representation '%s' %s", matrix.name, result.is_unchanged ? "was there already" : "imported");
    if (result.extra.count > 0)
        (void)printf("; %d rows have ids that are not in the stimulus set and were left out:%s", result.extra.count, ids);
    (void)printf("\n");
    return EXIT_DONE;
}

/* What is known of a representation that is there already. */
static int import_about(int argc, char **argv)
{
    const char               *data = NULL, *set = NULL, *name = NULL;
    struct import_facts       facts    = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &data, true},
        {"--set", OPTION_TEXT, &set, true},
        {"--name", OPTION_TEXT, &name, true},
        {"--size-class", OPTION_TEXT, &facts.size_class, false},
        {"--loss", OPTION_TEXT, &facts.loss, false},
        {"--parameters", OPTION_TEXT, &facts.parameter_count, false},
        {"--training-images", OPTION_TEXT, &facts.training_image_count, false},
        {"--baseline-of", OPTION_TEXT, &facts.baseline_of, false},
        {"--aligned-by", OPTION_TEXT, &facts.aligned_by, false},
        {0},
    };
    struct import_place place;
    struct data         opened;
    struct err          err;
    bool                ok;

    if (!command_options(&COMMAND_IMPORT, argc, argv, fields)) return EXIT_WRONG_USE;
    if (!data_find(data, &err) || !data_open(data, &opened, &err)) return command_failed(&err);
    place = data_import_place(&opened);
    ok    = import_facts(&place, set, name, &facts, &err) && data_note(&opened, "import about", name, &err);
    data_close(&opened);
    if (!ok) return command_failed(&err);
    (void)printf("representation '%s': noted\n", name);
    return EXIT_DONE;
}

static int run(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "stimuli") == 0) return import_stimuli(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "things") == 0) return import_things(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "representation") == 0) return import_matrix(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "representations") == 0) return import_representations(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "scores") == 0) return import_score_table(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "about") == 0) return import_about(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "conditions") == 0) return cmd_import_conditions(&COMMAND_IMPORT, argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "trials") == 0) return cmd_import_trials(&COMMAND_IMPORT, argc - 1, argv + 1);
    (void)fprintf(stderr, "usage: dinolab import %s\n", COMMAND_IMPORT.usage);
    return EXIT_WRONG_USE;
}

const struct command COMMAND_IMPORT = {
    .name  = "import",
    .usage = IMPORT_STIMULI_USAGE
    " | " IMPORT_THINGS_USAGE " | representation --data DIR --set NAME --name NAME --matrix FILE"
    " [--ids FILE] [--family NAME] [--description TEXT] [ABOUT] | representations --data DIR --set NAME --manifest FILE.csv"
    " | scores --data DIR --set NAME --csv FILE.csv | about --data DIR --set NAME --name NAME ABOUT;"
    " ABOUT is any of --size-class TEXT --loss TEXT --parameters N --training-images N --baseline-of NAME"
    " --aligned-by TEXT\n       | " IMPORT_TRIALS_USAGE "\n       | " IMPORT_CONDITIONS_USAGE,
    .run = run,
};
