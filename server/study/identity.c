#include "study/identity.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { KEY_FILE_BYTES_MAX = 256 };

bool identity_key_read(const struct data_folder *folder, struct secret_key *out, struct err *err)
{
    char               path[PATH_BYTES];
    struct secret_hash bytes;
    struct text        text;
    bool               ok;

    data_folder_key(folder, path);
    text_init(&text);
    ok = file_read(path, KEY_FILE_BYTES_MAX, &text, err);
    if (ok && text.length > 0 && text.data[text.length - 1] == '\n') text.data[text.length - 1] = '\0';
    if (ok && !secret_from_hex(text.data == NULL ? "" : text.data, &bytes))
        ok = err_set(err, ERR_INVALID, "%s is not a key: 64 hex digits are expected", path);
    if (ok) memcpy(out->bytes, bytes.bytes, sizeof out->bytes);
    text_close(&text);
    return ok;
}

static bool write_key(const char *path, const struct secret_key *key, struct err *err)
{
    struct secret_hash bytes;
    char               hex[SECRET_HEX_BYTES + 1];

    memcpy(bytes.bytes, key->bytes, sizeof bytes.bytes);
    secret_hex(&bytes, hex);
    strcat(hex, "\n");
    if (!data_folder_write(path, hex, strlen(hex), err)) return false;
    return chmod(path, S_IRUSR | S_IWUSR) == 0 ? true : err_errno(err, "keep %s from others", path);
}

void identity_hash(const struct secret_key *key, enum platform platform, const char *person, struct secret_hash *out)
{
    char text[ARRIVAL_ID_BYTES + PLATFORM_NAME_BYTES];

    (void)snprintf(text, sizeof text, "%s:%s", PLATFORM_NAMES[platform], person);
    secret_keyed_hash(key, text, out);
}

/* Appends the sealed ids to `sealed`, which the row then borrows. */
static bool seal(const struct secret_key *key, const struct arrival *arrival, struct text *sealed, struct identity_row *row,
                 struct err *err)
{
    struct text plain;
    bool        ok;

    text_init(&plain);
    arrival_write(arrival, &plain);
    ok = text_ok(&plain, err);
    if (ok) secret_seal(key, (struct span){plain.data, plain.length}, sealed);
    ok                = ok && text_ok(sealed, err);
    row->sealed_ids   = sealed->data;
    row->sealed_bytes = sealed->length;
    text_close(&plain);
    return ok;
}

bool identity_keep(struct store *store, const struct secret_key *key, const struct session_row *session, enum platform platform,
                   const struct arrival *arrival, struct err *err)
{
    struct identity_row row = {
        .participant_id = session->participant_id, .study_id = session->study_id, .platform = PLATFORM_NAMES[platform]};
    struct text sealed;
    bool        ok;

    text_init(&sealed);
    identity_hash(key, platform, arrival_person(platform, arrival), &row.id_hash);
    ok = seal(key, arrival, &sealed, &row, err) && store_identity_insert(store, &row, err);
    text_close(&sealed);
    return ok;
}

static bool unseal(const struct secret_key *key, const struct identity_row *row, struct arrival *out, struct err *err)
{
    struct json_doc *doc = NULL;
    struct text      plain;
    bool             ok;

    text_init(&plain);
    ok = secret_unseal(key, row->sealed_ids, row->sealed_bytes, &plain, err);
    if (ok) doc = json_parse((struct span){plain.data, plain.length}, err);
    ok = doc != NULL && arrival_read(json_root(doc), out, err);
    json_free(doc);
    text_close(&plain);
    return ok ? true : err_wrap(err, "ids of participant %lld", (long long)row->participant_id);
}

/* Another key than the one that sealed them would recognise nobody, quietly. */
static bool check_key(const char *path, struct store *store, const struct secret_key *key, struct err *err)
{
    struct identity_row row;
    struct arrival      arrival;
    struct arena        arena;
    bool                is_found, ok;

    arena_init(&arena);
    ok = store_identity_newest(store, &arena, &row, &is_found, err);
    if (ok && is_found && !unseal(key, &row, &arrival, err))
        ok = err_set(err, ERR_INVALID,
                     "the key %s is not the one with which participants' ids are sealed; put that one back from where it is kept",
                     path);
    arena_close(&arena);
    return ok;
}

bool identity_key_open(const struct data_folder *folder, struct store *store, struct secret_key *out, struct err *err)
{
    char path[PATH_BYTES];
    bool exists;

    data_folder_key(folder, path);
    if (identity_key_read(folder, out, err)) return check_key(path, store, out, err);
    if (err->kind != ERR_NOT_FOUND || !store_identity_exists(store, &exists, err)) return false;
    if (exists)
        return err_set(err, ERR_NOT_FOUND,
                       "the key %s is missing, and participants' ids are sealed with it; put it back from where it is kept",
                       path);
    secret_key_make(out);
    return write_key(path, out, err);
}

/* What the new link says, and of the rest what the earlier one said. */
static bool seal_both(const struct secret_key *key, const struct arrival *arrival, struct text *sealed, struct identity_row *row,
                      struct err *err)
{
    struct arrival both;

    if (!unseal(key, row, &both, err)) return false;
    for (int i = 0; i < ARRIVAL_ID_COUNT; i++)
        if (arrival->ids[i][0] != '\0') memcpy(both.ids[i], arrival->ids[i], sizeof both.ids[i]);
    return seal(key, &both, sealed, row, err);
}

bool identity_renew(struct store *store, const struct secret_key *key, const struct session_row *session, enum platform platform,
                    const struct arrival *arrival, struct err *err)
{
    struct identity_row row;
    struct secret_hash  id_hash;
    struct arena        arena;
    struct text         sealed;
    bool                is_found, ok;

    if (key == NULL || arrival_person(platform, arrival)[0] == '\0') return true;
    identity_hash(key, platform, arrival_person(platform, arrival), &id_hash);
    arena_init(&arena);
    text_init(&sealed);
    ok = store_identity_by_participant(store, session->participant_id, &arena, &row, &is_found, err);
    if (ok && is_found && secret_equal(&row.id_hash, &id_hash, sizeof id_hash))
        ok = seal_both(key, arrival, &sealed, &row, err) && store_identity_renew(store, &row, err);
    text_close(&sealed);
    arena_close(&arena);
    return ok;
}

bool identity_find(struct store *store, const struct secret_key *key, int64_t participant_id, struct arrival *out, bool *is_found,
                   struct err *err)
{
    struct identity_row row;
    struct arena        arena;
    bool                ok;

    memset(out, 0, sizeof *out);
    arena_init(&arena);
    ok = store_identity_by_participant(store, participant_id, &arena, &row, is_found, err);
    if (ok && *is_found) ok = unseal(key, &row, out, err);
    arena_close(&arena);
    return ok;
}
