#include "study/study_definition.h"

#include <string.h>

#include "store/store_condition.h"
#include "store/store_document.h"
#include "store/store_representation.h"
#include "study/study_standing.h"

static bool write_representations(struct store *store, int64_t study_id, struct arena *arena, struct json_writer *writer,
                                  struct err *err)
{
    struct representation_row *rows  = NULL;
    int                        count = 0;

    if (!store_study_representations(store, study_id, arena, &rows, &count, err)) return false;
    json_begin_array(writer, "representations");
    for (int i = 0; i < count; i++) json_text(writer, NULL, rows[i].name);
    json_end_array(writer);
    return true;
}

static bool write_documents(struct store *store, int64_t study_id, struct arena *arena, struct json_writer *writer,
                            struct err *err)
{
    json_begin_object(writer, "documents");
    for (int kind = 0; kind < DOCUMENT_KIND_COUNT; kind++) {
        struct study_document_row *rows  = NULL;
        int                        count = 0;

        if (!store_study_documents_newest(store, study_id, (enum document_kind)kind, arena, &rows, &count, err)) return false;
        if (count == 0) continue;
        json_begin_object(writer, document_kind_name((enum document_kind)kind));
        for (int i = 0; i < count; i++) json_text(writer, rows[i].language, rows[i].text);
        json_end_object(writer);
    }
    json_end_object(writer);
    return true;
}

static void write_sampling(const struct study_row *row, const char *generative, struct json_writer *writer)
{
    json_text(writer, "generative", generative[0] == '\0' ? NULL : generative);
    if (row->sample_count == 0)
        json_null(writer, "condition_count");
    else
        json_i64(writer, "condition_count", row->sample_count);
    if (row->sample_seed == SEED_NONE)
        json_null(writer, "seed");
    else
        json_i64(writer, "seed", row->sample_seed);
}

static bool write_description(struct store *store, const struct study_row *row, struct arena *arena, struct json_writer *writer,
                              struct err *err)
{
    struct stimulus_set_row set;
    struct generative_row   generative;

    if (!store_stimulus_set_by_id(store, row->stimulus_set_id, &set, err) ||
        !store_study_generative(store, row->study_id, &generative, err))
        return false;
    json_text(writer, "slug", row->slug);
    json_text(writer, "title", row->title);
    json_text(writer, "task", row->task);
    json_text(writer, "stimulus_set", set.name);
    if (!write_representations(store, row->study_id, arena, writer, err)) return false;
    json_raw(writer, "settings", row->settings);
    write_sampling(row, generative.name, writer);
    return write_documents(store, row->study_id, arena, writer, err);
}

bool study_description_write(struct store *store, const struct study_row *row, struct json_writer *writer, struct err *err)
{
    struct arena arena;
    bool         ok;

    arena_init(&arena);
    ok = write_description(store, row, &arena, writer, err);
    arena_close(&arena);
    return ok;
}

static bool write_definition(struct store *store, const struct study_row *row, struct arena *arena, struct json_writer *writer,
                             struct err *err)
{
    struct study_standing standing;
    struct condition_row *conditions;
    int                   condition_count = 0;

    if (!study_standing_read(store, row, &standing, err) ||
        !store_conditions(store, row->study_id, arena, &conditions, &condition_count, err))
        return false;
    json_begin_object(writer, NULL);
    if (!write_description(store, row, arena, writer, err)) return false;
    json_text(writer, "state", STUDY_STAGE_NAMES[standing.stage]);
    json_bool(writer, "is_unblinded", row->unblinded_at_ms != 0);
    json_i64(writer, "made_condition_count", condition_count);
    study_write_frozen(&standing, "frozen", writer);
    json_end_object(writer);
    return true;
}

bool study_definition_write(struct store *store, const char *slug, struct text *out, struct err *err)
{
    struct study_row   row;
    struct json_writer writer;
    struct arena       arena;
    bool               ok;

    arena_init(&arena);
    json_writer_init(&writer, out);
    ok = store_study_by_slug(store, slug, &arena, &row, err) && write_definition(store, &row, &arena, &writer, err) &&
         text_ok(out, err);
    arena_close(&arena);
    return ok;
}
