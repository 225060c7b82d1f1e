/* import_demo.h - the embedded default, by the same way in as a researcher's material. */
#ifndef DINOLAB_STUDY_IMPORT_DEMO_H
#define DINOLAB_STUDY_IMPORT_DEMO_H

#include "study/import.h"

/* `path`: the folder that `make demo` fills, with demo.json, the files that it names, category-demo.json and reward-demo.json;
 * both studies are put into a project `demo`.
 * Does what is not done yet: a second call changes nothing. */
MUST_CHECK bool import_demo(const struct import_place *place, const char *path, struct err *err);

#endif
