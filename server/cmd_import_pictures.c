#include "cmd_import_pictures.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/parallel.h"
#include "command.h"
#include "data.h"
#include "import_watch.h"
#include "study/import_pictures.h"

struct options {
    const char *data;
    const char *set;
    const char *images;
    const char *csv;
    bool        keeps_originals;
    bool        leaves_out_damaged;
};

static bool run_import(const struct options *options, const struct data *opened, const struct picture_source *source,
                       struct import_report *report, struct err *err)
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
    const bool               ok     = import_pictures(&import, report, err);

    import_watch_line_end(&line);
    return ok;
}

int import_stimuli(int argc, char **argv)
{
    struct options            options  = {0};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &options.data, true},
        {"--set", OPTION_TEXT, &options.set, true},
        {"--images", OPTION_TEXT, &options.images, false},
        {"--csv", OPTION_TEXT, &options.csv, false},
        {"--keep-originals", OPTION_FLAG, &options.keeps_originals, false},
        {"--leave-out-damaged", OPTION_FLAG, &options.leaves_out_damaged, false},
        {0},
    };
    struct picture_source *source;
    struct import_report   report;
    struct data            opened;
    struct err             err;
    bool                   ok;

    if (!command_options(&COMMAND_IMPORT, argc, argv, fields)) return EXIT_WRONG_USE;
    if ((options.images == NULL) == (options.csv == NULL)) {
        err_set(&err, ERR_INVALID, "import stimuli: give --images or --csv, and only one");
        return command_failed(&err);
    }
    source = options.csv != NULL ? picture_source_open_csv(options.csv, &err)
                                 : picture_source_open(options.images, parallel_core_count(), &err);
    if (source == NULL) return command_failed(&err);
    if (!data_open(options.data, &opened, &err)) {
        picture_source_close(source);
        return command_failed(&err);
    }
    import_report_init(&report);
    ok = run_import(&options, &opened, source, &report, &err);
    import_report_print(&report, picture_source_passed_over(source));
    if (ok) (void)printf("stimulus set '%s': %d pictures\n", options.set, report.stimulus_count);
    import_report_close(&report);
    picture_source_close(source);
    data_close(&opened);
    return ok ? EXIT_DONE : command_failed(&err);
}
