#include <stdio.h>

#include "base/clock.h"
#include "base/parallel.h"
#include "cmd_import_pictures.h"
#include "command.h"
#include "data.h"
#include "import_watch.h"
#include "study/import_things.h"

struct options {
    const char *data;
    const char *set;
    const char *images;
    const char *embedding;
    const char *ids;
    bool        keeps_originals;
    bool        leaves_out_damaged;
};

/* A set that is there is taken as it is: an earlier run may have ended before the embedding. */
static bool import_set(const struct options *options, const struct data *opened, const struct picture_source *source,
                       struct err *err)
{
    struct import_watch_line line   = {0};
    struct import_pictures   import = {.folder             = &opened->folder,
                                       .store              = opened->store,
                                       .writer             = import_writer_alone(opened->store),
                                       .watch              = import_watch_line(&line),
                                       .set                = options->set,
                                       .source             = source,
                                       .keeps_originals    = options->keeps_originals,
                                       .leaves_out_damaged = options->leaves_out_damaged,
                                       .thread_count       = parallel_core_count(),
                                       .now_ms             = clock_wall_ms(&CLOCK_SYSTEM)};
    struct stimulus_set_row  row;
    struct import_report     report;
    bool                     ok;

    if (store_stimulus_set_by_name(opened->store, options->set, &row, err)) {
        (void)printf("the stimulus set '%s' exists already; its embedding follows\n", options->set);
        return true;
    }
    import_report_init(&report);
    ok = import_pictures(&import, &report, err);
    import_watch_line_end(&line);
    import_report_print(&report, picture_source_passed_over(source));
    if (ok) (void)printf("stimulus set '%s': %d pictures\n", options->set, report.stimulus_count);
    import_report_close(&report);
    return ok;
}

static bool import_into(const struct options *options, const struct things_list *list, struct picture_source *source,
                        struct err *err)
{
    struct data         opened;
    struct import_place place;
    int                 left_out_count, without_picture_count;
    bool                ok;

    if (!things_arrange(list, source, &left_out_count, &without_picture_count, err)) return false;
    if (left_out_count > 0) (void)fprintf(stderr, "%d pictures of other objects are left out\n", left_out_count);
    if (without_picture_count > 0) (void)fprintf(stderr, "%d objects have no picture\n", without_picture_count);
    if (!data_open(options->data, &opened, err)) return false;
    place = data_import_place(&opened);
    ok    = import_set(options, &opened, source, err) && things_import_embedding(&place, list, options->set, err);
    data_close(&opened);
    if (ok) (void)printf("representation '%s' imported: %d dimensions\n", IMPORT_THINGS_REPRESENTATION, list->dimension_count);
    return ok;
}

int import_things(int argc, char **argv)
{
    struct options            options  = {.set = "things"};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &options.data, true},
        {"--set", OPTION_TEXT, &options.set, false},
        {"--images", OPTION_TEXT, &options.images, true},
        {"--embedding", OPTION_TEXT, &options.embedding, true},
        {"--ids", OPTION_TEXT, &options.ids, true},
        {"--keep-originals", OPTION_FLAG, &options.keeps_originals, false},
        {"--leave-out-damaged", OPTION_FLAG, &options.leaves_out_damaged, false},
        {0},
    };
    struct picture_source *source;
    struct things_list     list;
    struct err             err;
    bool                   ok = false;

    if (!command_options(&COMMAND_IMPORT, argc, argv, fields)) return EXIT_WRONG_USE;
    if (!things_list_open(options.embedding, options.ids, &list, &err)) return command_failed(&err);
    source = picture_source_open(options.images, parallel_core_count(), &err);
    if (source != NULL) ok = import_into(&options, &list, source, &err);
    picture_source_close(source);
    things_list_close(&list);
    return ok ? EXIT_DONE : command_failed(&err);
}
