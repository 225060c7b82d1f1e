/* import_facts.h - what a researcher says about a representation beyond its name: read from texts, stored with it or later. */
#ifndef DINOLAB_STUDY_IMPORT_FACTS_H
#define DINOLAB_STUDY_IMPORT_FACTS_H

#include "store/store_representation.h"
#include "study/import.h"

/* ERR_INVALID names the option: empty or long texts, counts that are not whole numbers above 0, a baseline that the set does not have
 * or that is the representation itself. Texts are borrowed from `from`. */
MUST_CHECK bool import_facts_read(struct store *store, int64_t stimulus_set_id, const char *representation,
                                  const struct import_facts *from, struct representation_facts *out, struct err *err);

/* Of a representation that is there already: what is given replaces what was said before. */
MUST_CHECK bool import_facts(const struct import_place *place, const char *stimulus_set, const char *representation,
                             const struct import_facts *from, struct err *err);

#endif
