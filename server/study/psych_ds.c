#include "study/psych_ds.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/embedded.h"
#include "base/version.h"
#include "base/zip.h"
#include "json/json_write.h"

static bool is_part(const struct export_kind *kind)
{
    return strcmp(kind->name, "above_chance") != 0 && strcmp(kind->name, "jspsych") != 0;
}

static bool is_in(const struct table_column *columns, const char *name)
{
    for (; columns->name != NULL; columns++)
        if (strcmp(columns->name, name) == 0) return true;
    return false;
}

/* A column of the same name was told of already. */
static bool is_told(const struct export_bundle *bundle, const struct export_kind *until, const char *name)
{
    for (const struct export_kind *kind = bundle->kinds; kind != until; kind++)
        if (is_part(kind) && is_in(kind->columns(bundle->study->task), name)) return true;
    return false;
}

/* What the column is in every table that has it, told once where it is the same. */
static void describe(const struct export_bundle *bundle, const struct table_column *first, const struct export_kind *from,
                     struct text *out)
{
    text_reset(out);
    text_add(out, first->about);
    for (const struct export_kind *kind = from + 1; kind->name != NULL; kind++) {
        const struct table_column *column = is_part(kind) ? kind->columns(bundle->study->task) : NULL;

        for (; column != NULL && column->name != NULL; column++)
            if (strcmp(column->name, first->name) == 0 && strcmp(column->about, first->about) != 0)
                text_printf(out, " In %s: %s", kind->name, column->about);
    }
}

static void write_variables(const struct export_bundle *bundle, struct json_writer *writer, struct text *scratch)
{
    json_begin_array(writer, "variableMeasured");
    for (const struct export_kind *kind = bundle->kinds; kind->name != NULL; kind++) {
        const struct table_column *column = kind->columns(bundle->study->task);

        for (; is_part(kind) && column->name != NULL; column++) {
            if (is_told(bundle, kind, column->name)) continue;
            describe(bundle, column, kind, scratch);
            json_begin_object(writer, NULL);
            json_text(writer, "@type", "PropertyValue");
            json_text(writer, "name", column->name);
            json_text(writer, "description", scratch->data == NULL ? "" : scratch->data);
            if (column->unit[0] != '\0') json_text(writer, "unitText", column->unit);
            json_end_object(writer);
        }
    }
    json_end_array(writer);
}

static void write_property(struct json_writer *writer, const char *name, const struct secret_hash *hash)
{
    char hex[SECRET_HEX_BYTES];

    secret_hex(hash, hex);
    json_begin_object(writer, NULL);
    json_text(writer, "@type", "PropertyValue");
    json_text(writer, "name", name);
    json_text(writer, "value", hex);
    json_end_object(writer);
}

static void write_description(const struct export_bundle *bundle, struct text *out, struct text *scratch)
{
    const struct session_provenance *of = &bundle->study->provenance;
    struct json_writer               writer;

    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    json_text(&writer, "@context", "https://schema.org");
    json_text(&writer, "@type", "Dataset");
    json_text(&writer, "name", bundle->study->title);
    text_reset(scratch);
    text_printf(scratch, "Responses of the participants of the study '%s', a %s learning task, with the fits of its models: %s.",
                bundle->study->title, task_name(bundle->study->task),
                bundle->study->is_imported           ? "finished data from elsewhere"
                : bundle->mode == SESSION_MODE_LIVE  ? "live sessions"
                : bundle->mode == SESSION_MODE_PILOT ? "pilot sessions"
                                                     : "live and pilot sessions");
    json_text(&writer, "description", scratch->data == NULL ? "" : scratch->data);
    json_text(&writer, "version", DINOLAB_VERSION);
    json_begin_array(&writer, "identifier");
    write_property(&writer, "settings_sha256", &of->settings_sha256);
    write_property(&writer, "stimulus_set_sha256", &of->stimulus_set_sha256);
    write_property(&writer, "representations_sha256", &of->representations_sha256);
    json_end_array(&writer);
    write_variables(bundle, &writer, scratch);
    json_end_object(&writer);
    text_add(out, "\n");
}

static void write_codebook(const struct export_bundle *bundle, struct text *out)
{
    text_add(out, "table,column,type,unit,description\r\n");
    for (const struct export_kind *kind = bundle->kinds; kind->name != NULL; kind++) {
        const struct table_column *column = kind->columns(bundle->study->task);

        for (; is_part(kind) && column->name != NULL; column++) {
            text_printf(out, "%s,%s,%s,", kind->name, column->name, table_type_name(column->type));
            csv_write_field(out, column->unit);
            text_add(out, ",");
            csv_write_field(out, column->about);
            text_add(out, "\r\n");
        }
    }
}

static void add_word(struct text *out, const char *word)
{
    for (; *word != '\0'; word++)
        if (isalnum((unsigned char)*word)) text_append(out, word, 1);
}

static void data_name(const struct export_bundle *bundle, const struct export_kind *kind, struct text *out)
{
    text_reset(out);
    text_add(out, "data/study-");
    add_word(out, bundle->study->slug);
    text_add(out, "_description-");
    add_word(out, kind->name);
    text_add(out, "_data.csv");
}

static void write_readme(const struct export_bundle *bundle, struct text *out)
{
    text_printf(out,
                "# %s\n\nA dataset by the rules of Psych-DS, written by Dinolab %s. `dataset_description.json` tells every\n"
                "column; `documentation/codebook.csv` tells them by table, with types and units. Participants are numbers.\n\n",
                bundle->study->title, DINOLAB_VERSION);
    text_add(
        out,
        "Text that a spreadsheet would take for a formula begins with an apostrophe.\n\n| table | what a row is |\n|---|---|\n");
    for (const struct export_kind *kind = bundle->kinds; kind->name != NULL; kind++)
        if (is_part(kind)) text_printf(out, "| %s | %s |\n", kind->name, kind->about);
}

static void write_schema(struct text *out)
{
    for (size_t i = 0; i < EMBEDDED_SQL_COUNT; i++) {
        const struct embedded_file *file = &EMBEDDED_SQL[i];

        text_append(out, (const char *)file->data, (size_t)(file->end - file->data));
        text_add(out, "\n");
    }
}

static bool add_tables(const struct export_bundle *bundle, struct zip_writer *zip, struct text *name, struct err *err)
{
    for (const struct export_kind *kind = bundle->kinds; kind->name != NULL; kind++) {
        int64_t row_count;

        if (!is_part(kind)) continue;
        data_name(bundle, kind, name);
        if (!text_ok(name, err) || !zip_writer_begin(zip, name->data, err) ||
            !export_write(kind, bundle->store, bundle->study, bundle->mode, EXPORT_CSV, &zip->base, &row_count, err) ||
            !zip_writer_end(zip, err))
            return false;
    }
    return true;
}

/* One text as an entry; the text is empty afterwards. */
static bool add_text(struct zip_writer *zip, const char *name, struct text *text, struct err *err)
{
    bool ok = text_ok(text, err) && zip_writer_add(zip, name, text->data, text->length, err);

    text_reset(text);
    return ok;
}

static bool add_all(const struct export_bundle *bundle, struct zip_writer *zip, struct text *text, struct text *scratch,
                    struct err *err)
{
    write_description(bundle, text, scratch);
    if (!text_ok(scratch, err) || !add_text(zip, "dataset_description.json", text, err)) return false;
    write_readme(bundle, text);
    if (!add_text(zip, "README.md", text, err)) return false;
    write_codebook(bundle, text);
    if (!add_text(zip, "documentation/codebook.csv", text, err)) return false;
    write_schema(text);
    if (!add_text(zip, "documentation/schema.sql", text, err)) return false;
    return add_tables(bundle, zip, scratch, err) && zip_writer_finish(zip, err);
}

bool psych_ds_write(const struct export_bundle *bundle, struct sink *out, struct err *err)
{
    struct zip_writer *zip = malloc(sizeof *zip);
    struct text        text, scratch;
    bool               ok;

    if (zip == NULL) return err_no_memory(err);
    text_init(&text);
    text_init(&scratch);
    ok = zip_writer_open(zip, out, bundle->taken_at_ms, err) && add_all(bundle, zip, &text, &scratch, err);
    zip_writer_close(zip);
    free(zip);
    text_close(&text);
    text_close(&scratch);
    return ok;
}
