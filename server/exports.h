/* exports.h - every table that can be taken home of a study; the sub-command and the endpoints write it with the same function. */
#ifndef DINOLAB_EXPORTS_H
#define DINOLAB_EXPORTS_H

#include "study/export.h"

/* Closed by a NULL name: trials first. */
extern const struct export_kind EXPORT_KINDS[];

const struct export_kind *export_kind_by_name(const char *name); /* NULL where there is none */

#endif
