/* demo_manifest.h - demo.json: what the embedded default consists of.
 *
 *     {"stimulus_set": {"name", "description", "file", "stimulus_count", "object_count"},
 *      "representations": [{"name", "file", "family", "description", "row_count", "column_count"}, ...]}
 *
 * `file` is relative to the manifest. Pure. */
#ifndef DINOLAB_DEMO_DEMO_MANIFEST_H
#define DINOLAB_DEMO_DEMO_MANIFEST_H

#include "base/text.h"
#include "demo/demo_ratings.h"

enum demo_representation { DEMO_TASK, DEMO_WORDS, DEMO_PIXELS, DEMO_NOISE, DEMO_REPRESENTATION_COUNT };

struct demo_representation_facts {
    const char *name;
    const char *file;
    const char *family;
    const char *description; /* one sentence */
};

const struct demo_representation_facts *demo_representation_facts(enum demo_representation representation);

/* Appends the manifest to `out`; running out of memory shows in text_ok. */
void demo_manifest_write(const struct demo_ratings *ratings, const int column_counts[DEMO_REPRESENTATION_COUNT],
                         struct text *out);

#endif
