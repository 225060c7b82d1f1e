#include "study/bonus.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "study/record.h"
#include "task/partial_pay.h"

enum { AMOUNT_BYTES = 32 };

/* Two decimals: minor units are hundredths in every currency that we pay in. */
static const char *amount_text(int64_t minor, char text[AMOUNT_BYTES])
{
    (void)snprintf(text, AMOUNT_BYTES, "%" PRId64 ".%02" PRId64, minor / 100, minor % 100);
    return text;
}

static bool pays_base(enum platform platform)
{
    return platform == PLATFORM_PROLIFIC || platform == PLATFORM_SONA || platform == PLATFORM_MTURK;
}

static void finished_bonus(const struct study *study, const struct export_session *row, enum platform platform, struct bonus *out)
{
    const struct pay_rule *rule  = &study->settings.pay;
    struct tally           tally = record_tally(&row->last);
    int                    length;
    char                   base[AMOUNT_BYTES];

    tally.response_count = row->response_count;
    out->amount_minor    = task_pay_minor(study->task, rule, &tally);
    length = snprintf(out->reason, sizeof out->reason, "finished: %" PRId64 " of %" PRId64 " correct", row->last.total_correct,
                      row->last.total_scored);
    if (pays_base(platform))
        out->amount_minor -= rule->base_minor;
    else if (rule->base_minor > 0)
        (void)snprintf(out->reason + length, sizeof out->reason - (size_t)length, ", with the base of %s",
                       amount_text(rule->base_minor, base));
}

static const char *how_it_left(enum end_reason reason)
{
    switch (reason) {
    case END_WITHDRAWN:
        return "stopped";
    case END_COMPREHENSION:
        return "failed the questions";
    case END_NONE:
    case END_ABSENT:
    case END_REASON_COUNT:
        break;
    }
    return "left";
}

static void partial_bonus(const struct study *study, const struct export_session *row, struct bonus *out)
{
    const struct pay_rule *rule  = &study->settings.pay;
    const char            *how   = how_it_left(row->session.end_reason);
    const int              count = row->response_count;
    char                   minimum[AMOUNT_BYTES], each[AMOUNT_BYTES], most[AMOUNT_BYTES];
    int                    length;

    out->amount_minor = partial_pay_minor(rule, count);
    if (count == 0) {
        (void)snprintf(out->reason, sizeof out->reason, "%s before the first trial", how);
        return;
    }
    length = snprintf(out->reason, sizeof out->reason, "%s after %d of %d trials: minimum %s + %d x %s", how, count,
                      study->settings.trial_count, amount_text(rule->partial_minimum_minor, minimum), count,
                      amount_text(rule->partial_per_trial_minor, each));
    if (out->amount_minor < rule->partial_minimum_minor + rule->partial_per_trial_minor * count)
        (void)snprintf(out->reason + length, sizeof out->reason - (size_t)length, ", at most %s",
                       amount_text(out->amount_minor, most));
}

void bonus_of_session(const struct study *study, const struct export_session *row, enum platform platform, struct bonus *out)
{
    if (row->session.state == SESSION_FINISHED)
        finished_bonus(study, row, platform, out);
    else
        partial_bonus(study, row, out);
}
