#include "demo/demo_manifest.h"

#include <string.h>

#include "json/json_write.h"

static const char SET_DESCRIPTION[] = "Pictures of animals, food and objects from the package @lobehub/fluent-emoji-3d (MIT "
                                      "licence), chosen and named for Dinolab.";

static const struct demo_representation_facts FACTS[DEMO_REPRESENTATION_COUNT] = {
    [DEMO_TASK] =
        {"task", "task.npy", "task",
         "Authored demo ratings of each picture (artificial, food, animal), not human similarity judgements: the hidden "
         "rule of both tasks."},
    [DEMO_WORDS]  = {"words", "words.npy", "language",
                     "Keywords of each picture from emojilib, weighed by tf-idf and reduced by truncated SVD."},
    [DEMO_PIXELS] = {"pixels", "pixels.npy", "pixels",
                     "Colour and edge-orientation histograms of each picture, computed without knowing what it shows."},
    [DEMO_NOISE]  = {"noise", "noise.npy", "control",
                     "Seeded random numbers that have nothing to do with the pictures: what no one should be best described by."},
};

const struct demo_representation_facts *demo_representation_facts(enum demo_representation representation)
{
    return &FACTS[representation];
}

static int count_objects(const struct demo_ratings *ratings)
{
    int count = 0;

    for (int i = 0; i < ratings->stimulus_count; i++) {
        int first = 0;

        while (strcmp(ratings->stimuli[first].object, ratings->stimuli[i].object) != 0) first++;
        count += first == i;
    }
    return count;
}

void demo_manifest_write(const struct demo_ratings *ratings, const int column_counts[DEMO_REPRESENTATION_COUNT], struct text *out)
{
    struct json_writer writer;

    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    json_begin_object(&writer, "stimulus_set");
    json_text(&writer, "name", "demo");
    json_text(&writer, "description", SET_DESCRIPTION);
    json_text(&writer, "file", "stimuli.csv");
    json_i64(&writer, "stimulus_count", ratings->stimulus_count);
    json_i64(&writer, "object_count", count_objects(ratings));
    json_end_object(&writer);
    json_begin_array(&writer, "representations");
    for (int i = 0; i < DEMO_REPRESENTATION_COUNT; i++) {
        json_begin_object(&writer, NULL);
        json_text(&writer, "name", FACTS[i].name);
        json_text(&writer, "file", FACTS[i].file);
        json_text(&writer, "family", FACTS[i].family);
        json_text(&writer, "description", FACTS[i].description);
        json_i64(&writer, "row_count", ratings->stimulus_count);
        json_i64(&writer, "column_count", column_counts[i]);
        json_end_object(&writer);
    }
    json_end_array(&writer);
    json_end_object(&writer);
    text_add(out, "\n");
}
