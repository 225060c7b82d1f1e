#include "exports.h"

#include <string.h>

#include "live/export_fits.h"
#include "study/export_jspsych.h"
#include "study/export_sessions.h"
#include "study/export_trials.h"

static bool write_fits(struct store *store, const struct study *study, enum session_mode mode, FILE *out, int64_t *row_count,
                       struct err *err)
{
    return export_fits(store, study->study_id, mode, out, row_count, err);
}

const struct export_kind EXPORT_KINDS[] = {
    {"trials", "trials", export_trials},
    {"sessions", "sessions", export_sessions},
    {"fits", "fits", write_fits},
    {"jspsych", "trials", export_jspsych},
    {0},
};

const struct export_kind *export_kind_by_name(const char *name)
{
    for (const struct export_kind *kind = EXPORT_KINDS; kind->name != NULL; kind++)
        if (strcmp(kind->name, name) == 0) return kind;
    return NULL;
}
