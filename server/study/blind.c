#include "study/blind.h"

#include <stdio.h>
#include <time.h>

enum { RULE_BYTES = 160 };

static void describe(const struct blind_rule *rule, char out[RULE_BYTES])
{
    time_t    seconds = (time_t)(rule->stop_at_ms / 1000);
    char      at[32]  = "";
    struct tm parts;

    if (rule->stop_at_ms != 0 && gmtime_r(&seconds, &parts) != NULL) (void)strftime(at, sizeof at, "%Y-%m-%d %H:%M UTC", &parts);
    if (rule->stop_finished_sessions == 0)
        (void)snprintf(out, RULE_BYTES, "from %s on", at);
    else if (at[0] == '\0')
        (void)snprintf(out, RULE_BYTES, "once %d live sessions have finished", rule->stop_finished_sessions);
    else
        (void)snprintf(out, RULE_BYTES, "once %d live sessions have finished, and from %s on", rule->stop_finished_sessions, at);
}

bool blind_check(struct store *store, const struct study *study, enum session_mode mode, int64_t now_ms, struct err *err)
{
    char             rule[RULE_BYTES];
    struct study_row row;
    struct study_use use;
    struct arena     arena;
    bool             ok;

    if (mode == SESSION_MODE_PILOT || !study->settings.blind.is_blind) return true;
    arena_init(&arena);
    ok = store_study_by_id(store, study->study_id, &arena, &row, err) && store_study_use(store, study->study_id, &use, err);
    arena_close(&arena);
    if (!ok) return false;
    if (row.unblinded_at_ms != 0 || !study_settings_hides(&study->settings, use.finished_count, now_ms)) return true;
    describe(&study->settings.blind, rule);
    return err_set(err, ERR_FORBIDDEN, "the study '%s' is blind: its numbers are shown %s, or when its owner unblinds it",
                   study->slug, rule);
}
