#include "study/export_person.h"

#include "base/version.h"
#include "store/store_erase.h"
#include "store/store_person.h"
#include "study/identity.h"
#include "json/json_write.h"

struct person_writer {
    struct json_writer json;
    const char        *key; /* of the next row; NULL in a list */
    int64_t            row_count;
};

static void add_cell(struct json_writer *json, const struct person_cell *cell)
{
    char hex[SECRET_HEX_BYTES];

    switch (cell->kind) {
    case PERSON_NONE:
        json_null(json, cell->name);
        break;
    case PERSON_NUMBER:
        json_i64(json, cell->name, cell->number);
        break;
    case PERSON_REAL:
        json_f64(json, cell->name, cell->real);
        break;
    case PERSON_TEXT:
        json_text(json, cell->name, cell->text);
        break;
    case PERSON_JSON:
        json_raw(json, cell->name, cell->text);
        break;
    case PERSON_HASH:
        secret_hex(&cell->hash, hex);
        json_text(json, cell->name, hex);
        break;
    }
}

static bool add_row(void *argument, const struct person_cell *cells, int count, struct err *err)
{
    struct person_writer *writer = argument;

    (void)err;
    json_begin_object(&writer->json, writer->key);
    for (int i = 0; i < count; i++) add_cell(&writer->json, &cells[i]);
    json_end_object(&writer->json);
    writer->row_count++;
    return true;
}

static bool add_part(struct person_writer *writer, struct store *store, enum person_part part, int64_t session_id,
                     struct err *err)
{
    const bool is_one = part == PERSON_SESSION || part == PERSON_QUESTIONNAIRE;
    bool       ok;

    writer->key       = is_one ? person_part_name(part) : NULL;
    writer->row_count = 0;
    if (!is_one) json_begin_array(&writer->json, person_part_name(part));
    ok = store_person_rows(store, part, session_id, add_row, writer, err);
    if (!is_one) json_end_array(&writer->json);
    if (is_one && writer->row_count == 0) json_null(&writer->json, person_part_name(part));
    return ok;
}

/* Who it is on the platform that sent them; nobody is known who came by a plain link. */
static bool add_identity(struct json_writer *json, struct store *store, const struct secret_key *key, int64_t participant_id,
                         struct err *err)
{
    struct identity_row row;
    struct arrival      arrival;
    struct arena        arena;
    bool                is_found;
    bool                ok;

    arena_init(&arena);
    ok = store_identity_by_participant(store, participant_id, &arena, &row, &is_found, err);
    if (ok) json_text(json, "platform", is_found ? row.platform : NULL);
    arena_close(&arena);
    if (!ok || (is_found && !identity_find(store, key, participant_id, &arrival, &is_found, err))) return false;
    if (!is_found) {
        json_null(json, "ids");
        return true;
    }
    json_begin_object(json, "ids");
    for (int i = 0; i < ARRIVAL_ID_COUNT; i++)
        if (arrival.ids[i][0] != '\0') json_text(json, ARRIVAL_ID_NAMES[i], arrival.ids[i]);
    json_end_object(json);
    return true;
}

static bool find_session(const struct export_bundle *bundle, const char *session, struct session_row *row, struct err *err)
{
    struct tombstone_row tombstone;
    bool                 is_found;

    if (!store_session_by_public_id(bundle->store, session, row, &is_found, err)) return false;
    if (is_found && row->study_id == bundle->study->study_id) return true;
    if (!store_tombstone_by_public_id(bundle->store, session, &tombstone, &is_found, err)) return false;
    if (is_found && tombstone.study_id == bundle->study->study_id) return err_set(err, ERR_GONE, "%s", TOMBSTONE_SENTENCE);
    return err_set(err, ERR_NOT_FOUND, "the study '%s' has no session '%.40s'", bundle->study->slug, session);
}

bool export_person(const struct export_bundle *bundle, const char *session, const struct secret_key *key, bool has_identity,
                   struct text *out, struct err *err)
{
    struct person_writer writer = {0};
    struct session_row   row;

    if (!find_session(bundle, session, &row, err)) return false;
    json_writer_init(&writer.json, out);
    json_begin_object(&writer.json, NULL);
    json_text(&writer.json, "program_version", DINOLAB_VERSION);
    json_i64(&writer.json, "taken_at_ms", bundle->taken_at_ms);
    if (has_identity && !add_identity(&writer.json, bundle->store, key, row.participant_id, err)) return false;
    for (int part = 0; part < PERSON_PART_COUNT; part++)
        if ((part != PERSON_ELSEWHERE || has_identity) &&
            !add_part(&writer, bundle->store, (enum person_part)part, row.session_id, err))
            return err_wrap(err, "%s", person_part_name((enum person_part)part));
    json_end_object(&writer.json);
    text_add(out, "\n");
    return text_ok(out, err);
}
