#include "study/rights.h"

#include <string.h>

const char *const ROLE_NAMES[] = {[ROLE_NONE]       = "none",
                                  [ROLE_VIEWER]     = "viewer",
                                  [ROLE_RESEARCHER] = "researcher",
                                  [ROLE_OWNER]      = "owner",
                                  [ROLE_COUNT]      = NULL};

enum role role_from_name(const char *name)
{
    for (int role = ROLE_VIEWER; role < ROLE_COUNT; role++)
        if (strcmp(ROLE_NAMES[role], name) == 0) return (enum role)role;
    return ROLE_NONE;
}

struct rights rights_of_login(const struct login_row *login)
{
    return (struct rights){.account_id = login->account_id, .site_role = role_from_name(login->site_role)};
}

struct rights rights_of_token(const struct api_token_row *token)
{
    return (struct rights){
        .account_id    = token->account_id,
        .site_role     = role_from_name(token->account_site_role),
        .is_token      = true,
        .is_read_only  = strcmp(token->scope, "write") != 0,
        .only_study_id = token->study_id,
    };
}

static const enum role LEAST_ROLE[RIGHT_COUNT] = {
    [RIGHT_MAKE] = ROLE_RESEARCHER, [RIGHT_VIEW] = ROLE_VIEWER, [RIGHT_CHANGE] = ROLE_RESEARCHER,
    [RIGHT_OWN] = ROLE_OWNER,       [RIGHT_SITE] = ROLE_OWNER,
};

static bool is_of_study(enum right right)
{
    return right == RIGHT_VIEW || right == RIGHT_CHANGE || right == RIGHT_OWN;
}

static bool check_token(const struct rights *who, enum right right, bool is_change, struct err *err)
{
    if (!who->is_token) return true;
    if (right == RIGHT_LOGIN || right == RIGHT_SITE || (right == RIGHT_OWN && is_change))
        return err_set(err, ERR_FORBIDDEN, "this needs a person who is logged in; an API token is not enough");
    if (is_change && who->is_read_only) return err_set(err, ERR_FORBIDDEN, "this API token is for reading only");
    if (who->only_study_id != 0 && right == RIGHT_MAKE)
        return err_set(err, ERR_FORBIDDEN, "this API token is for one study only");
    return true;
}

static enum role role_in(const struct rights *who, int64_t study_id, enum role member)
{
    if (who->only_study_id != 0 && who->only_study_id != study_id) return ROLE_NONE;
    return who->site_role == ROLE_OWNER ? ROLE_OWNER : member;
}

bool rights_role(struct store *store, const struct rights *who, const char *slug, enum role *role, struct err *err)
{
    char    member[ROLE_BYTES];
    int64_t study_id;
    bool    is_found;

    if (!store_member_role_by_slug(store, slug, who->account_id, &study_id, member, &is_found, err)) return false;
    *role = is_found ? role_in(who, study_id, role_from_name(member)) : ROLE_NONE;
    return true;
}

static bool check_study(struct store *store, const struct rights *who, enum right right, const char *slug, struct err *err)
{
    enum role role;

    if (slug == NULL) return err_set(err, ERR_INTERNAL, "a right in a study is asked for where there is no study");
    if (!rights_role(store, who, slug, &role, err)) return false;
    if (role == ROLE_NONE) return err_set(err, ERR_NOT_FOUND, "there is no study '%.64s'", slug);
    if (role >= LEAST_ROLE[right]) return true;
    return err_set(err, ERR_FORBIDDEN, "this needs the role %s in the study '%.64s'; yours is %s", ROLE_NAMES[LEAST_ROLE[right]],
                   slug, ROLE_NAMES[role]);
}

bool rights_check(struct store *store, const struct rights *who, enum right right, bool is_change, const char *slug,
                  struct err *err)
{
    if (right == RIGHT_NONE) return err_set(err, ERR_INTERNAL, "nobody has said who may do this");
    if (!check_token(who, right, is_change, err)) return false;
    if (is_of_study(right)) return check_study(store, who, right, slug, err);
    if (who->site_role >= LEAST_ROLE[right]) return true;
    return err_set(err, ERR_FORBIDDEN, "this needs the role %s on this site; yours is %s", ROLE_NAMES[LEAST_ROLE[right]],
                   ROLE_NAMES[who->site_role]);
}

bool rights_may_see(struct store *store, const struct rights *who, int64_t study_id, bool *may, struct err *err)
{
    char member[ROLE_BYTES];

    if (!store_member_role(store, study_id, who->account_id, member, err)) return false;
    *may = role_in(who, study_id, role_from_name(member)) >= ROLE_VIEWER;
    return true;
}
