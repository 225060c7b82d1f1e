#include "study/import_facts.h"

#include <string.h>

static bool check_text(const char *option, const char *value, const char **out, struct err *err)
{
    if (value == NULL) return true;
    if (value[0] == '\0' || strlen(value) >= NAME_BYTES)
        return err_set(err, ERR_INVALID, "%s must have 1 to %d bytes", option, NAME_BYTES - 1);
    *out = value;
    return true;
}

static bool read_count(const char *option, const char *value, int64_t *out, struct err *err)
{
    if (value == NULL || text_to_i64(value, 1, INT64_MAX, out)) return true;
    return err_set(err, ERR_INVALID, "%s must be a whole number above 0, not '%.40s'", option, value);
}

static bool find_baseline(struct store *store, int64_t stimulus_set_id, const char *representation, const char *name,
                          int64_t *out, struct err *err)
{
    struct representation_row row;
    struct arena              arena;
    bool                      ok;

    if (name == NULL) return true;
    if (strcmp(name, representation) == 0)
        return err_set(err, ERR_INVALID, "--baseline-of: a representation is not its own baseline");
    arena_init(&arena);
    ok = store_representation_by_name(store, stimulus_set_id, name, &arena, &row, err);
    if (ok) *out = row.representation_id;
    arena_close(&arena);
    return ok ? true : err_wrap(err, "--baseline-of");
}

bool import_facts_read(struct store *store, int64_t stimulus_set_id, const char *representation, const struct import_facts *from,
                       struct representation_facts *out, struct err *err)
{
    *out = (struct representation_facts){0};
    return check_text("--size-class", from->size_class, &out->size_class, err) &&
           check_text("--loss", from->loss, &out->loss, err) &&
           read_count("--parameters", from->parameter_count, &out->parameter_count, err) &&
           read_count("--training-images", from->training_image_count, &out->training_image_count, err) &&
           find_baseline(store, stimulus_set_id, representation, from->baseline_of, &out->baseline_id, err) &&
           check_text("--aligned-by", from->aligned_by, &out->aligned_by, err);
}

static bool has_any(const struct import_facts *from)
{
    return from->size_class != NULL || from->loss != NULL || from->parameter_count != NULL ||
           from->training_image_count != NULL || from->baseline_of != NULL || from->aligned_by != NULL;
}

static bool store_facts(struct store *store, int64_t representation_id, const struct representation_facts *facts, struct err *err)
{
    if (!store_begin(store, err)) return false;
    if (store_representation_set_facts(store, representation_id, facts, err) && store_commit(store, err)) return true;
    store_rollback(store);
    return false;
}

bool import_facts(const struct import_place *place, const char *stimulus_set, const char *representation,
                  const struct import_facts *from, struct err *err)
{
    struct stimulus_set_row     set;
    struct representation_row   row;
    struct representation_facts facts;
    struct arena                arena;
    bool                        ok;

    if (!has_any(from)) return err_set(err, ERR_INVALID, "nothing is said about '%s': give at least one option", representation);
    arena_init(&arena);
    ok = store_stimulus_set_by_name(place->store, stimulus_set, &set, err) &&
         store_representation_by_name(place->store, set.stimulus_set_id, representation, &arena, &row, err) &&
         import_facts_read(place->store, set.stimulus_set_id, representation, from, &facts, err) &&
         store_facts(place->store, row.representation_id, &facts, err);
    arena_close(&arena);
    return ok;
}
