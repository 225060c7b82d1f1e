#include "study/import.h"

#include "base/parallel.h"
#include "study/import_pictures.h"

bool import_stimulus_set(const struct import_place *place, const char *name, const char *csv_path, int *stimulus_count,
                         struct err *err)
{
    struct import_pictures import = {.folder       = place->folder,
                                     .store        = place->store,
                                     .writer       = import_writer_alone(place->store),
                                     .set          = name,
                                     .thread_count = parallel_core_count(),
                                     .now_ms       = place->now_ms};
    struct picture_source *source;
    struct import_report   report;
    bool                   ok;

    *stimulus_count = 0;
    if (!text_is_slug(name)) return err_set(err, ERR_INVALID, "the name '%s' must be of a-z 0-9 _ -", name);
    source = picture_source_open_csv(csv_path, err);
    if (source == NULL) return false;
    import_report_init(&report);
    import.source   = source;
    ok              = import_pictures(&import, &report, err);
    *stimulus_count = report.stimulus_count;
    import_report_close(&report);
    picture_source_close(source);
    return ok;
}
