#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "command.h"
#include "data.h"
#include "study/audit.h"
#include "study/people.h"

/* Accounts without the server: how the person who has the machine helps one who has lost a password, and looks at the log. */

struct account_options {
    const char *data;
    const char *name;
    const char *study;
    const char *role;
    const char *url;
    const char *head;
    bool        is_check;
};

static bool list(struct store *store, const struct account_options *options, struct err *err)
{
    struct person_row *rows;
    struct arena       arena;
    int                count = 0;
    bool               ok;

    (void)options;
    arena_init(&arena);
    ok = store_people(store, &arena, &rows, &count, err);
    for (int i = 0; ok && i < count; i++)
        (void)printf("%s\t%s\t%s\t%s\n", rows[i].name, rows[i].site_role, rows[i].is_active ? "active" : "ended",
                     rows[i].has_totp ? "second factor" : "password only");
    arena_close(&arena);
    return ok;
}

static bool invite(struct store *store, const struct account_options *options, const char *for_name, struct err *err)
{
    struct invite         wish = {.for_name = for_name, .study_slug = options->study, .made_by = AUDIT_COMMAND_LINE};
    char                  token[SECRET_TOKEN_LENGTH + 1];
    struct invitation_row row;

    wish.now_ms = clock_wall_ms(&CLOCK_SYSTEM);
    if (options->study != NULL)
        wish.study_role = options->role;
    else
        wish.site_role = options->role;
    if (!people_invite(store, &wish, token, &row, err)) return false;
    (void)printf("once, within %d days: %s/setup#%s\n", for_name == NULL ? INVITATION_DAYS : RESET_DAYS, options->url, token);
    return true;
}

static bool invite_new(struct store *store, const struct account_options *options, struct err *err)
{
    if (options->role == NULL) return err_set(err, ERR_INVALID, "--role is missing: owner, researcher or viewer");
    return invite(store, options, NULL, err);
}

static bool need_name(const struct account_options *options, struct err *err)
{
    return options->name != NULL ? true : err_set(err, ERR_INVALID, "--name is missing");
}

/* A link for a new password; the second factor is gone once it is used. */
static bool reset(struct store *store, const struct account_options *options, struct err *err)
{
    return need_name(options, err) && invite(store, options, options->name, err);
}

static bool role(struct store *store, const struct account_options *options, struct err *err)
{
    if (!need_name(options, err)) return false;
    if (options->role == NULL) return err_set(err, ERR_INVALID, "--role is missing: owner, researcher or viewer");
    if (options->study == NULL) return people_change(store, options->name, options->role, true, err);
    return people_set_member(store, options->study, options->name, options->role, clock_wall_ms(&CLOCK_SYSTEM), err);
}

static bool end(struct store *store, const struct account_options *options, struct err *err)
{
    return need_name(options, err) && people_change(store, options->name, NULL, false, err);
}

static bool check(struct store *store, const struct account_options *options, struct err *err)
{
    struct audit_check result;

    if (!audit_check(store, options->head, &result, err)) return false;
    if (result.broken_id != 0)
        return err_set(err, ERR_CONFLICT, "the log is broken: entry %lld is not what was written, or one before it is missing",
                       (long long)result.broken_id);
    if (options->head != NULL && result.found_id == 0)
        return err_set(err, ERR_CONFLICT,
                       "the log has no entry with the hash %.64s: it is not the one that this was printed from", options->head);
    (void)printf("the log of %lld entries is whole; its head is %s\n", (long long)result.entry_count, result.head);
    if (options->head != NULL) (void)printf("%s is the hash of entry %lld\n", options->head, (long long)result.found_id);
    return true;
}

static bool print_audit(struct store *store, const struct account_options *options, struct err *err)
{
    enum { BATCH = 500 };
    int64_t after = 0;
    int     count = BATCH;
    bool    ok    = true;

    if (options->is_check) return check(store, options, err);
    while (ok && count == BATCH) {
        struct audit_row *rows = NULL;
        struct arena      arena;

        arena_init(&arena);
        ok = store_audit_after(store, after, BATCH, &arena, &rows, &count, err);
        for (int i = 0; ok && i < count; i++) {
            (void)printf("%lld\t%lld\t%s\t%s\t%s\t%s\n", (long long)rows[i].audit_id, (long long)rows[i].at_ms, rows[i].account,
                         rows[i].action, rows[i].object, rows[i].detail);
            after = rows[i].audit_id;
        }
        arena_close(&arena);
    }
    return ok;
}

static const struct {
    const char *name;
    const char *noted_as; /* in the log; NULL: changes nothing */
    bool (*act)(struct store *store, const struct account_options *options, struct err *err);
} ACTIONS[] = {
    {"list", NULL, list},
    {"invite", "account invite", invite_new},
    {"reset", "account reset", reset},
    {"role", "account role", role},
    {"end", "account end", end},
    {"audit", NULL, print_audit},
};

static int run_action(size_t action, int argc, char **argv)
{
    struct account_options    options  = {.url = "http://127.0.0.1:8080"};
    const struct option_field fields[] = {
        {"--data", OPTION_TEXT, &options.data, true},       {"--name", OPTION_TEXT, &options.name, false},
        {"--study", OPTION_TEXT, &options.study, false},    {"--role", OPTION_TEXT, &options.role, false},
        {"--url", OPTION_TEXT, &options.url, false},        {"--head", OPTION_TEXT, &options.head, false},
        {"--check", OPTION_FLAG, &options.is_check, false}, {0},
    };
    struct data opened;
    struct err  err;
    bool        ok;

    if (!command_options(&COMMAND_ACCOUNT, argc, argv, fields)) return EXIT_WRONG_USE;
    if (!data_find(options.data, &err) || !data_open(options.data, &opened, &err)) return command_failed(&err);
    ok = store_begin(opened.store, &err) && ACTIONS[action].act(opened.store, &options, &err);
    if (ok && ACTIONS[action].noted_as != NULL)
        ok = data_note(&opened, ACTIONS[action].noted_as, options.name != NULL ? options.name : options.study, &err);
    ok = ok && store_commit(opened.store, &err);
    if (!ok && store_in_transaction(opened.store)) store_rollback(opened.store);
    data_close(&opened);
    return ok ? EXIT_DONE : command_failed(&err);
}

static int run(int argc, char **argv)
{
    for (size_t action = 0; argc >= 2 && action < sizeof ACTIONS / sizeof ACTIONS[0]; action++)
        if (strcmp(argv[1], ACTIONS[action].name) == 0) return run_action(action, argc - 1, argv + 1);
    (void)fprintf(stderr, "usage: dinolab account %s\n", COMMAND_ACCOUNT.usage);
    return EXIT_WRONG_USE;
}

const struct command COMMAND_ACCOUNT = {
    .name  = "account",
    .usage = "list --data DIR | invite --data DIR --role owner|researcher|viewer [--study SLUG] [--url https://HOST]\n"
             "       | reset|end --data DIR --name NAME | role --data DIR --name NAME --role ROLE [--study SLUG]\n"
             "       | audit --data DIR [--check [--head HASH]]",
    .run   = run,
};
