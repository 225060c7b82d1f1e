#include "study/representation_list.h"

#include "model/representation_metrics.h"

static bool add_metrics(struct store *store, const struct stimulus_set_row *set, const struct generative_row *generative,
                        struct arena *arena, struct representation_entry *out, struct err *err)
{
    const struct secret_hash *generative_sha256 = generative->representation_id != 0 ? &generative->matrix_sha256 : NULL;
    struct metric_row         row               = {0};
    struct secret_hash        key;

    store_metric_key(&out->row.matrix_sha256, &set->sha256, generative_sha256, REPRESENTATION_METRICS_REVISION, &key);
    if (!store_metric_get(store, &key, arena, &row, &out->is_measured, err)) return false;
    out->class_separation             = row.class_separation;
    out->class_separation_paper       = row.class_separation;
    out->class_separation_paper.value = metrics_class_separation_paper(row.class_separation.value);
    out->cka                          = row.cka;
    out->intrinsic_dimension          = row.intrinsic_dimension;
    return true;
}

bool representation_list_load(struct store *store, const struct study *study, struct arena *arena,
                              struct representation_entry **out, int *count, struct err *err)
{
    struct stimulus_set_row      set;
    struct generative_row        generative;
    struct representation_row   *rows       = NULL;
    struct representation_facts *facts      = NULL;
    int                          fact_count = 0;
    struct representation_entry *entries;

    if (!store_stimulus_set_by_id(store, study->stimulus_set_id, &set, err) ||
        !store_study_generative(store, study->study_id, &generative, err) ||
        !store_study_representations(store, study->study_id, arena, &rows, count, err) ||
        !store_study_representation_facts(store, study->study_id, arena, &facts, &fact_count, err))
        return false;
    entries = arena_alloc_array(arena, (size_t)*count + 1, sizeof *entries);
    if (entries == NULL) return err_no_memory(err);
    for (int i = 0; i < *count; i++) {
        entries[i] = (struct representation_entry){
            .row = rows[i], .facts = facts[i], .is_generative = rows[i].representation_id == generative.representation_id};
        if (!add_metrics(store, &set, &generative, arena, &entries[i], err)) return false;
    }
    *out = entries;
    return true;
}
