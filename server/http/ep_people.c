#include "http/endpoints.h"
#include "http/json_job.h"
#include "http/people_json.h"
#include "http/reply.h"
#include "study/audit.h"
#include "study/people.h"

/* Owners of the site: who has an account, who is invited, what was done. */

enum { AUDIT_PAGE_DEFAULT = 100, AUDIT_PAGE_MAX = 1000 };

static void write_person(struct json_writer *writer, const struct person_row *row)
{
    json_begin_object(writer, NULL);
    json_text(writer, "name", row->name);
    json_text(writer, "site_role", row->site_role);
    json_bool(writer, "is_active", row->is_active);
    json_bool(writer, "has_totp", row->has_totp);
    json_i64(writer, "created_at_ms", row->created_at_ms);
    json_end_object(writer);
}

static void write_optional(struct json_writer *writer, const char *key, const char *text)
{
    if (text[0] == '\0')
        json_null(writer, key);
    else
        json_text(writer, key, text);
}

void http_write_invitation(struct json_writer *writer, const struct invitation_row *row)
{
    json_i64(writer, "id", row->invitation_id);
    json_text(writer, "site_role", row->site_role);
    write_optional(writer, "study", row->study_slug);
    write_optional(writer, "role", row->study_role);
    write_optional(writer, "for_account", row->for_name);
    json_text(writer, "made_by", row->made_by);
    json_i64(writer, "created_at_ms", row->created_at_ms);
    json_i64(writer, "expires_at_ms", row->expires_at_ms);
}

bool http_write_invitations(struct json_writer *writer, struct store *store, int64_t study_id, int64_t now_ms,
                            struct arena *arena, struct err *err)
{
    struct invitation_row *rows;
    int                    count = 0;

    if (!store_invitations(store, study_id, now_ms, arena, &rows, &count, err)) return false;
    json_begin_array(writer, "invitations");
    for (int i = 0; i < count; i++) {
        json_begin_object(writer, NULL);
        http_write_invitation(writer, &rows[i]);
        json_end_object(writer);
    }
    json_end_array(writer);
    return true;
}

static bool list_run(struct job *base, struct store *store, struct err *err)
{
    struct json_job   *job = (struct json_job *)base;
    struct person_row *rows;
    struct json_writer writer;
    struct arena       arena;
    int                count = 0;
    bool               ok;

    arena_init(&arena);
    json_writer_init(&writer, &job->json);
    ok = store_people(store, &arena, &rows, &count, err);
    json_begin_object(&writer, NULL);
    json_begin_array(&writer, "accounts");
    for (int i = 0; ok && i < count; i++) write_person(&writer, &rows[i]);
    json_end_array(&writer);
    ok = ok && http_write_invitations(&writer, store, 0, job->now_ms, &arena, err);
    json_end_object(&writer);
    arena_close(&arena);
    return ok && text_ok(&job->json, err);
}

enum http_result ep_accounts_get(struct http_request *req)
{
    return json_job_submit(req, req->deps->reader, json_job_new(req, sizeof(struct json_job), list_run));
}

/* --- one account --- */

struct change_job {
    struct json_job base;
    const char     *name;
    const char     *site_role;
    bool            is_active;
};

static const struct json_field CHANGE_FIELDS[] = {
    JSON_OPTIONAL_TEXT("site_role", struct change_job, site_role, 1, ROLE_BYTES),
    JSON_BOOL("is_active", struct change_job, is_active),
};

static bool change_run(struct job *base, struct store *store, struct err *err)
{
    struct change_job *job = (struct change_job *)base;

    return people_change(store, job->name, job->site_role, job->is_active, err) && json_job_nothing(&job->base, err);
}

enum http_result ep_account_change(struct http_request *req)
{
    struct change_job *job = json_job_new(req, sizeof *job, change_run);
    struct err         err;

    if (job != NULL && !http_read_body(req, CHANGE_FIELDS, JSON_FIELD_COUNT(CHANGE_FIELDS), job, &err))
        return http_reply_error(req, &err);
    if (job != NULL) job->name = req->parameters[0];
    return json_job_submit(req, req->deps->writer, &job->base);
}

/* --- invitations --- */

struct invite_job {
    struct json_job base;
    struct invite   invite;
};

static const struct json_field INVITE_FIELDS[] = {
    JSON_OPTIONAL_TEXT("site_role", struct invite_job, invite.site_role, 1, ROLE_BYTES),
    JSON_OPTIONAL_TEXT("study", struct invite_job, invite.study_slug, 1, NAME_BYTES - 1),
    JSON_OPTIONAL_TEXT("role", struct invite_job, invite.study_role, 1, ROLE_BYTES),
    JSON_OPTIONAL_TEXT("for_account", struct invite_job, invite.for_name, 1, NAME_BYTES - 1),
};
static const struct json_field STUDY_INVITE_FIELDS[] = {
    JSON_TEXT("role", struct invite_job, invite.study_role, 1, ROLE_BYTES),
};

/* The link's token is in this reply only. */
static bool invite_run(struct job *base, struct store *store, struct err *err)
{
    struct invite_job    *job = (struct invite_job *)base;
    char                  token[SECRET_TOKEN_LENGTH + 1];
    struct invitation_row row;
    struct json_writer    writer;

    job->invite.made_by = job->base.who->login.account_name;
    job->invite.now_ms  = job->base.now_ms;
    if (!people_invite(store, &job->invite, token, &row, err)) return false;
    job->base.status = 201;
    json_writer_init(&writer, &job->base.json);
    json_begin_object(&writer, NULL);
    http_write_invitation(&writer, &row);
    json_text(&writer, "token", token);
    json_end_object(&writer);
    return text_ok(&job->base.json, err);
}

static enum http_result invite(struct http_request *req, const struct json_field *fields, size_t field_count, const char *slug)
{
    struct invite_job *job = json_job_new(req, sizeof *job, invite_run);
    struct err         err;

    if (job != NULL && !http_read_body(req, fields, field_count, job, &err)) return http_reply_error(req, &err);
    if (job != NULL && slug != NULL) job->invite.study_slug = slug;
    return json_job_submit(req, req->deps->writer, &job->base);
}

enum http_result ep_invitation_post(struct http_request *req)
{
    return invite(req, INVITE_FIELDS, JSON_FIELD_COUNT(INVITE_FIELDS), NULL);
}

enum http_result ep_study_invite(struct http_request *req)
{
    return invite(req, STUDY_INVITE_FIELDS, JSON_FIELD_COUNT(STUDY_INVITE_FIELDS), req->parameters[0]);
}

struct remove_job {
    struct json_job base;
    int64_t         id;
};

static bool remove_run(struct job *base, struct store *store, struct err *err)
{
    struct remove_job *job = (struct remove_job *)base;
    bool               was_there;

    if (!store_invitation_remove(store, job->id, &was_there, err)) return false;
    if (!was_there) return err_set(err, ERR_NOT_FOUND, "there is no open invitation %lld", (long long)job->id);
    return json_job_nothing(&job->base, err);
}

enum http_result ep_invitation_delete(struct http_request *req)
{
    struct remove_job *job = json_job_new(req, sizeof *job, remove_run);
    struct err         err;
    int                id;

    if (!http_read_index(req, 0, INT32_MAX, &id, &err)) return http_reply_error(req, &err);
    if (job != NULL) job->id = id;
    return json_job_submit(req, req->deps->writer, &job->base);
}

/* --- what was done --- */

struct audit_job {
    struct json_job base;
    int64_t         before;
    int64_t         limit;
};

static void write_entry(struct json_writer *writer, const struct audit_row *row)
{
    char hash[SECRET_HEX_BYTES];

    secret_hex(&row->hash, hash);
    json_begin_object(writer, NULL);
    json_i64(writer, "id", row->audit_id);
    json_i64(writer, "at_ms", row->at_ms);
    json_text(writer, "account", row->account);
    json_text(writer, "action", row->action);
    json_text(writer, "object", row->object);
    json_text(writer, "detail", row->detail);
    json_text(writer, "hash", hash);
    json_end_object(writer);
}

static bool audit_run(struct job *base, struct store *store, struct err *err)
{
    struct audit_job  *job = (struct audit_job *)base;
    struct audit_row  *rows;
    struct json_writer writer;
    struct arena       arena;
    char               head[SECRET_HEX_BYTES];
    int64_t            entry_count;
    int                count = 0;
    bool               ok;

    arena_init(&arena);
    json_writer_init(&writer, &job->base.json);
    ok = audit_head(store, &entry_count, head, err) &&
         store_audit_before(store, job->before, (int)job->limit, &arena, &rows, &count, err);
    json_begin_object(&writer, NULL);
    json_i64(&writer, "entry_count", ok ? entry_count : 0);
    json_text(&writer, "head", ok ? head : "");
    json_begin_array(&writer, "entries");
    for (int i = 0; ok && i < count; i++) write_entry(&writer, &rows[i]);
    json_end_array(&writer);
    json_end_object(&writer);
    arena_close(&arena);
    return ok && text_ok(&job->base.json, err);
}

static bool read_number(const struct http_request *req, const char *name, int64_t max, int64_t otherwise, int64_t *out,
                        struct err *err)
{
    const char *text = http_query(req, name);

    *out = otherwise;
    if (text == NULL || text_to_i64(text, 1, max, out)) return true;
    return err_set(err, ERR_INVALID, "%s must be a number from 1 to %lld", name, (long long)max);
}

/* ?before=ID&limit=N: newest first. */
enum http_result ep_audit_get(struct http_request *req)
{
    struct audit_job *job = json_job_new(req, sizeof *job, audit_run);
    struct err        err;

    if (job != NULL && (!read_number(req, "before", INT64_MAX, INT64_MAX, &job->before, &err) ||
                        !read_number(req, "limit", AUDIT_PAGE_MAX, AUDIT_PAGE_DEFAULT, &job->limit, &err)))
        return http_reply_error(req, &err);
    return json_job_submit(req, req->deps->reader, &job->base);
}
