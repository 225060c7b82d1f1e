#include "study/export_list.h"

#include <string.h>

#include "store/store_export.h"
#include "json/json_write.h"

/* -1: only writing it would tell. */
static int64_t rows_of(const struct export_bundle *bundle, const struct export_kind *kind, const struct export_counts *counts)
{
    const int64_t models = counts->representations * bundle->study->settings.learner_count;

    if (strcmp(kind->name, "trials") == 0) return counts->trials;
    if (strcmp(kind->name, "sessions") == 0) return counts->sessions;
    if (strcmp(kind->name, "events") == 0) return counts->events;
    if (strcmp(kind->name, "questionnaire") == 0) return counts->questionnaires;
    if (strcmp(kind->name, "jspsych") == 0) return counts->all_trials;
    if (strcmp(kind->name, "fits") == 0) return counts->sessions * models;
    if (strcmp(kind->name, "fit-trials") == 0) return counts->trials * models;
    return -1;
}

static void write_kind(struct json_writer *writer, const struct export_kind *kind, int64_t row_count)
{
    json_begin_object(writer, NULL);
    json_text(writer, "name", kind->name);
    json_text(writer, "about", kind->about);
    if (row_count < 0)
        json_null(writer, "rows");
    else
        json_i64(writer, "rows", row_count);
    json_begin_array(writer, "formats");
    json_text(writer, NULL, "csv");
    json_text(writer, NULL, "csv.gz");
    json_text(writer, NULL, "ndjson");
    json_text(writer, NULL, "ndjson.gz");
    json_end_array(writer);
    json_end_object(writer);
}

static void write_extra(struct json_writer *writer, const char *file, const char *about)
{
    json_begin_object(writer, NULL);
    json_text(writer, "file", file);
    json_text(writer, "about", about);
    json_end_object(writer);
}

bool export_list_write(const struct export_bundle *bundle, struct text *out, struct err *err)
{
    struct export_counts counts;
    struct json_writer   writer;

    if (!store_export_counts(bundle->store, bundle->study->study_id, bundle->mode, &counts, err)) return false;
    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    json_text(&writer, "study", bundle->study->slug);
    json_text(&writer, "mode", session_mode_name(bundle->mode));
    json_begin_array(&writer, "exports");
    for (const struct export_kind *kind = bundle->kinds; kind->name != NULL; kind++)
        write_kind(&writer, kind, rows_of(bundle, kind, &counts));
    json_end_array(&writer);
    json_begin_array(&writer, "files");
    write_extra(&writer, "psych-ds.zip", "A Psych-DS dataset: every table with its description, ready to be shared.");
    write_extra(&writer, "study.sqlite", "The study as a SQLite database: every table, without other studies, accounts and ids.");
    write_extra(&writer, "manifest.json", "Rows, bytes and SHA-256 of every table, all taken at the same moment.");
    json_end_array(&writer);
    json_end_object(&writer);
    return text_ok(out, err);
}
