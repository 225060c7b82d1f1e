/* group_json.h - the document of group numbers that researchers get; the only place that writes it.
 *
 * GROUP  {"study":{"slug","title","task"},"is_pilot","exclude":["below_chance","not_included"],"participants","trials",
 *         "excluded":{"below_chance","not_included","no_trials"} how many each fits, applied or not,
 *         "funnel":{"arrived","consented","passed_comprehension","playing","finished","left","places"},
 *         "learning_curve":[{"from","to","accuracy","low","high","responses"}],
 *         "trial_tests":[{"trial","responses","accuracy","low","high","p_value"}],
 *         "response_times":{"median_ms","histogram":[{"from_ms","to_ms","count"}],"curve":[{"from","to","median_ms","q1_ms","q3_ms"}]},
 *         "models":[{"representation","family","learner","looks_ahead","kind","participants","trials","nll","r2_online","r2_low",
 *           "r2_high","task_accuracy","agreement","curve":[],"mixed":null|{...},"loo":null|{...},"frequency","exceedance_prob",
 *           "protected_exceedance_prob"}],
 *         "comparison":null|{"participants","omnibus_risk","is_converged"},"loo_job":null|{"done","total","left_s"},
 *         "people":[{...}],"conditions":[{"number","active","finished","left"}],"computed_at_ms","refresh_ms"}
 * Trials are counted from 1 here. What each number is, is said in group_numbers.h and group_mixed.h; NAN becomes null.
 * Pure: from what is in memory to text. Threads: none. */
#ifndef DINOLAB_LIVE_GROUP_JSON_H
#define DINOLAB_LIVE_GROUP_JSON_H

#include "live/group_mixed.h"
#include "json/json_write.h"

struct group_document {
    const struct live_study          *study;
    unsigned                          exclude;
    const struct group_numbers       *numbers;
    const struct group_mixed         *mixed;
    const struct group_loo_progress  *loo_job; /* NULL: none */
    const struct group_funnel        *funnel;
    const struct group_condition_row *conditions;
    int                               condition_count;
    int64_t                           data_stamp; /* of the cohort that the numbers are of */
    int64_t                           computed_at_ms;
    double                            refresh_ms;
};

void group_json_write(struct json_writer *writer, const struct group_document *document);

/* {"done","total","left_s"}; null for NULL. */
void group_json_loo_job(struct json_writer *writer, const char *key, const struct group_loo_progress *job);

/* "below_chance", "not_included": the names of the exclusions' bits. */
const char *group_exclusion_name(unsigned exclusion);

#endif
