#include "task/partial_pay.h"

int64_t partial_pay_minor(const struct pay_rule *rule, int trial_count)
{
    int64_t pay = rule->partial_minimum_minor + rule->partial_per_trial_minor * trial_count;
    int64_t most;

    if (trial_count <= 0) return 0;
    most = rule->base_minor + rule->per_correct_minor * trial_count + rule->max_bonus_minor;
    return pay < most ? pay : most;
}
