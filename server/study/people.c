#include "study/people.h"

#include <stdio.h>
#include <string.h>

#include "store/store_study.h"
#include "store/store_totp.h"
#include "study/rights.h"

static const int64_t DAY_MS = INT64_C(24) * 60 * 60 * 1000;

static bool check_role(const char *field, const char *role, struct err *err)
{
    if (role != NULL && role_from_name(role) != ROLE_NONE) return true;
    return err_set(err, ERR_INVALID, "'%s' must be owner, researcher or viewer", field);
}

static bool study_id_of(struct store *store, const char *slug, int64_t *study_id, struct err *err)
{
    struct study_row row;
    struct arena     arena;
    bool             ok;

    arena_init(&arena);
    ok        = store_study_by_slug(store, slug, &arena, &row, err);
    *study_id = ok ? row.study_id : 0;
    arena_close(&arena);
    return ok;
}

static bool fill_account(struct store *store, const struct invite *invite, struct invitation_row *out, struct err *err)
{
    struct person_row person;

    if (invite->for_name == NULL) return true;
    if (!store_person_by_name(store, invite->for_name, &person, err)) return false;
    if (!person.is_active) return err_set(err, ERR_CONFLICT, "the account '%s' has ended; make it active first", person.name);
    out->for_account_id = person.account_id;
    (void)snprintf(out->for_name, sizeof out->for_name, "%s", person.name);
    (void)snprintf(out->site_role, sizeof out->site_role, "%s", person.site_role);
    return true;
}

/* Who works on one study needs no more on the site than that. */
static const char *fitting_site_role(const struct invite *invite)
{
    if (invite->site_role != NULL) return invite->site_role;
    return invite->study_role != NULL && role_from_name(invite->study_role) >= ROLE_RESEARCHER ? ROLE_NAMES[ROLE_RESEARCHER]
                                                                                               : ROLE_NAMES[ROLE_VIEWER];
}

bool people_invite(struct store *store, const struct invite *invite, char token[SECRET_TOKEN_LENGTH + 1],
                   struct invitation_row *out, struct err *err)
{
    const int          days = invite->for_name == NULL ? INVITATION_DAYS : RESET_DAYS;
    struct secret_hash hash;

    *out = (struct invitation_row){.created_at_ms = invite->now_ms, .expires_at_ms = invite->now_ms + days * DAY_MS};
    if (!check_role("site_role", fitting_site_role(invite), err)) return false;
    if (invite->study_slug != NULL && !check_role("role", invite->study_role, err)) return false;
    (void)snprintf(out->site_role, sizeof out->site_role, "%s", fitting_site_role(invite));
    (void)snprintf(out->made_by, sizeof out->made_by, "%s", invite->made_by);
    if (invite->study_slug != NULL) {
        if (!study_id_of(store, invite->study_slug, &out->study_id, err)) return false;
        (void)snprintf(out->study_slug, sizeof out->study_slug, "%s", invite->study_slug);
        (void)snprintf(out->study_role, sizeof out->study_role, "%s", invite->study_role);
    }
    if (!fill_account(store, invite, out, err)) return false;
    secret_token_make(token);
    secret_token_hash(token, &hash);
    return store_invitation_insert(store, out, &hash, &out->invitation_id, err);
}

static bool set_password(struct store *store, const struct invitation_row *invitation, const char *name,
                         const char *password_hash, struct account_row *out, struct err *err)
{
    bool is_found;

    if (strcmp(name, invitation->for_name) != 0)
        return err_set(err, ERR_FORBIDDEN, "this link is for the account of another name");
    if (!store_account_by_name(store, name, out, &is_found, err)) return false;
    if (!is_found) return err_set(err, ERR_FORBIDDEN, "this account has ended");
    return store_password_change(store, out->account_id, password_hash, err) &&
           store_logins_end(store, out->account_id, NULL, err) && store_totp_remove(store, out->account_id, err);
}

static bool make_account(struct store *store, const char *name, const char *password_hash, const char *site_role, int64_t now_ms,
                         struct account_row *out, struct err *err)
{
    *out = (struct account_row){0};
    (void)snprintf(out->name, sizeof out->name, "%s", name);
    (void)snprintf(out->site_role, sizeof out->site_role, "%s", site_role);
    return store_account_insert(store, name, password_hash, site_role, now_ms, &out->account_id, err);
}

bool people_enter(struct store *store, const struct secret_hash *token_hash, const char *name, const char *password_hash,
                  int64_t now_ms, struct account_row *out, struct err *err)
{
    struct invitation_row invitation;
    bool                  is_first, is_found;

    if (!store_setup_link_use(store, token_hash, now_ms, &is_first, err)) return false;
    if (is_first) return make_account(store, name, password_hash, ROLE_NAMES[ROLE_OWNER], now_ms, out, err);
    if (!store_invitation_use(store, token_hash, now_ms, &invitation, &is_found, err)) return false;
    if (!is_found)
        return err_set(
            err, ERR_FORBIDDEN,
            "this link was used already or is out of date; ask for a new one (the first account's comes at a restart)");
    if (invitation.for_account_id != 0) return set_password(store, &invitation, name, password_hash, out, err);
    if (!make_account(store, name, password_hash, invitation.site_role, now_ms, out, err)) return false;
    return invitation.study_id == 0 ||
           store_member_set(store, invitation.study_id, out->account_id, invitation.study_role, now_ms, err);
}

bool people_change(struct store *store, const char *name, const char *site_role, bool is_active, struct err *err)
{
    struct person_row person;
    int               owner_count;

    if (site_role != NULL && !check_role("site_role", site_role, err)) return false;
    if (!store_person_by_name(store, name, &person, err)) return false;
    if (!store_person_change(store, person.account_id, site_role == NULL ? person.site_role : site_role, is_active, err))
        return false;
    if (!store_active_owner_count(store, &owner_count, err)) return false;
    if (owner_count == 0) return err_set(err, ERR_CONFLICT, "'%s' is the last owner of the site; make another one first", name);
    return is_active || store_logins_end(store, person.account_id, NULL, err);
}

bool people_set_member(struct store *store, const char *study_slug, const char *name, const char *role, int64_t now_ms,
                       struct err *err)
{
    struct person_row person;
    int64_t           study_id;
    bool              was_there;

    if (role != NULL && !check_role("role", role, err)) return false;
    if (!study_id_of(store, study_slug, &study_id, err) || !store_person_by_name(store, name, &person, err)) return false;
    if (role != NULL) return store_member_set(store, study_id, person.account_id, role, now_ms, err);
    if (!store_member_remove(store, study_id, person.account_id, &was_there, err)) return false;
    return was_there ? true : err_set(err, ERR_NOT_FOUND, "'%s' is no member of the study '%s'", name, study_slug);
}

bool people_make_token(struct store *store, const struct token_wish *wish, const struct secret_hash *hash,
                       struct api_token_row *out, struct err *err)
{
    *out = (struct api_token_row){
        .account_id = wish->account_id, .created_at_ms = wish->now_ms, .expires_at_ms = wish->now_ms + wish->days * DAY_MS};
    if (strcmp(wish->scope, "read") != 0 && strcmp(wish->scope, "write") != 0)
        return err_set(err, ERR_INVALID, "'scope' must be read or write");
    if (wish->study_slug != NULL && !study_id_of(store, wish->study_slug, &out->study_id, err)) return false;
    (void)snprintf(out->name, sizeof out->name, "%s", wish->name);
    (void)snprintf(out->scope, sizeof out->scope, "%s", wish->scope);
    (void)snprintf(out->study_slug, sizeof out->study_slug, "%s", wish->study_slug == NULL ? "" : wish->study_slug);
    return store_api_token_insert(store, out, hash, &out->api_token_id, err);
}
