/* study_check.h - what is wrong with a description, and whether each dimension's bins can be filled, before anything is stored. */
#ifndef DINOLAB_STUDY_STUDY_CHECK_H
#define DINOLAB_STUDY_STUDY_CHECK_H

#include "store/data_folder.h"
#include "store/store.h"
#include "json/json_read.h"
#include "json/json_write.h"

/* {"problems": [{"field", "message"}], "bins": [{"dimension", "bins": [{"low", "high", "objects", "needed"}]}]}: bins of a description
 * whose conditions are sampled, as far as it can be read. One condition per dimension is drawn to see that it can be. Reads only; may take
 * a second. False when the check itself failed. */
MUST_CHECK bool study_check_write(struct store *store, const struct data_folder *folder, const struct json_value *description,
                                  struct text *out, struct err *err);

#endif
