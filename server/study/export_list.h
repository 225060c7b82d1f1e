/* export_list.h - what can be downloaded of a study, as a page lists it.
 *
 * EXPORTS {"study","mode","exports":[{"name","about","rows","formats":["csv","csv.gz","ndjson","ndjson.gz"]}],
 *          "files":[{"file","about"}]}
 * rows null where only writing the table would tell. Threads: the caller's, which holds a snapshot of the store. */
#ifndef DINOLAB_STUDY_EXPORT_LIST_H
#define DINOLAB_STUDY_EXPORT_LIST_H

#include "study/export_bundle.h"

MUST_CHECK bool export_list_write(const struct export_bundle *bundle, struct text *out, struct err *err);

#endif
