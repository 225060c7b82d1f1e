#include <string.h>

#include "http/auth.h"
#include "http/endpoints.h"
#include "http/json_job.h"
#include "http/reply.h"
#include "study/people.h"

/* What is a person's own: password, logins, API tokens. */

/* --- password: checked and hashed on the passwords' thread, then written --- */

struct password_job {
    struct json_job base;
    const char     *old_password;
    const char     *new_password;
    char            hash[SECRET_PASSWORD_HASH_BYTES];
};

static const struct json_field PASSWORD_FIELDS[] = {
    JSON_TEXT("old_password", struct password_job, old_password, 1, PASSWORD_LENGTH_MAX),
    JSON_TEXT("new_password", struct password_job, new_password, PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX),
};

static bool password_check_run(struct job *base, struct store *store, struct err *err)
{
    struct password_job *job     = (struct password_job *)base;
    struct account_row   account = {0};
    bool                 is_found;

    if (!store_account_by_name(store, job->base.who->login.account_name, &account, &is_found, err)) return false;
    if (!is_found || !secret_password_verify(job->old_password, account.password_hash))
        return err_set(err, ERR_FORBIDDEN, "the old password is wrong");
    return secret_password_hash(job->new_password, job->hash, err);
}

static bool password_change_run(struct job *base, struct store *store, struct err *err)
{
    struct password_job    *job = (struct password_job *)base;
    const struct principal *who = job->base.who;

    return store_password_change(store, who->login.account_id, job->hash, err) &&
           store_logins_end(store, who->login.account_id, &who->token_hash, err) && json_job_nothing(&job->base, err);
}

static enum http_result then_change(struct http_request *req, struct http_job *base)
{
    if (!base->base.is_ok) return http_reply_error(req, &base->base.err);
    base->base.run = password_change_run;
    return json_job_submit(req, req->deps->writer, (struct json_job *)base);
}

enum http_result ep_password_post(struct http_request *req)
{
    struct password_job *job = json_job_new(req, sizeof *job, password_check_run);
    struct err           err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, PASSWORD_FIELDS, JSON_FIELD_COUNT(PASSWORD_FIELDS), job, &err)) return http_reply_error(req, &err);
    return http_submit(req, req->deps->passwords, &job->base.base, then_change);
}

/* --- every login, this one too --- */

static bool logins_end_run(struct job *base, struct store *store, struct err *err)
{
    struct json_job *job = (struct json_job *)base;

    return store_logins_end(store, job->who->login.account_id, NULL, err) && json_job_nothing(job, err);
}

enum http_result ep_logins_end(struct http_request *req)
{
    return json_job_submit(req, req->deps->writer, json_job_new(req, sizeof(struct json_job), logins_end_run));
}

/* --- API tokens --- */

static void write_token(struct json_writer *writer, const struct api_token_row *row)
{
    json_i64(writer, "id", row->api_token_id);
    json_text(writer, "name", row->name);
    json_text(writer, "scope", row->scope);
    if (row->study_id == 0)
        json_null(writer, "study");
    else
        json_text(writer, "study", row->study_slug);
    json_i64(writer, "created_at_ms", row->created_at_ms);
    json_i64(writer, "expires_at_ms", row->expires_at_ms);
    if (row->used_at_ms == 0)
        json_null(writer, "used_at_ms");
    else
        json_i64(writer, "used_at_ms", row->used_at_ms);
}

static bool tokens_run(struct job *base, struct store *store, struct err *err)
{
    struct json_job      *job = (struct json_job *)base;
    struct api_token_row *rows;
    struct json_writer    writer;
    struct arena          arena;
    int                   count = 0;
    bool                  ok;

    arena_init(&arena);
    json_writer_init(&writer, &job->json);
    ok = store_api_tokens(store, job->who->login.account_id, &arena, &rows, &count, err);
    json_begin_object(&writer, NULL);
    json_begin_array(&writer, "tokens");
    for (int i = 0; ok && i < count; i++) {
        json_begin_object(&writer, NULL);
        write_token(&writer, &rows[i]);
        json_end_object(&writer);
    }
    json_end_array(&writer);
    json_end_object(&writer);
    arena_close(&arena);
    return ok && text_ok(&job->json, err);
}

enum http_result ep_tokens_get(struct http_request *req)
{
    return json_job_submit(req, req->deps->reader, json_job_new(req, sizeof(struct json_job), tokens_run));
}

struct token_job {
    struct json_job   base;
    struct token_wish wish;
};

static const struct json_field TOKEN_FIELDS[] = {
    JSON_TEXT("name", struct token_job, wish.name, 1, TOKEN_NAME_BYTES - 1),
    JSON_TEXT("scope", struct token_job, wish.scope, 1, ROLE_BYTES),
    JSON_OPTIONAL_TEXT("study", struct token_job, wish.study_slug, 1, NAME_BYTES - 1),
    JSON_INT("days", struct token_job, wish.days, 1, API_TOKEN_DAYS_MAX),
};

/* The token itself is in this reply only. A token for a study that the account may not see says that it is not there. */
static bool token_run(struct job *base, struct store *store, struct err *err)
{
    struct token_job    *job                                                  = (struct token_job *)base;
    char                 token[sizeof API_TOKEN_PREFIX + SECRET_TOKEN_LENGTH] = API_TOKEN_PREFIX;
    struct secret_hash   hash;
    struct api_token_row row;
    struct json_writer   writer;

    if (job->wish.study_slug != NULL &&
        !rights_check(store, &job->base.who->rights, RIGHT_VIEW, false, job->wish.study_slug, err))
        return false;
    secret_token_make(token + strlen(API_TOKEN_PREFIX));
    secret_token_hash(token, &hash);
    job->wish.account_id = job->base.who->login.account_id;
    job->wish.now_ms     = job->base.now_ms;
    if (!people_make_token(store, &job->wish, &hash, &row, err)) return false;
    job->base.status = 201;
    json_writer_init(&writer, &job->base.json);
    json_begin_object(&writer, NULL);
    write_token(&writer, &row);
    json_text(&writer, "token", token);
    json_end_object(&writer);
    return text_ok(&job->base.json, err);
}

enum http_result ep_token_post(struct http_request *req)
{
    struct token_job *job = json_job_new(req, sizeof *job, token_run);
    struct err        err;

    if (job != NULL && !http_read_body(req, TOKEN_FIELDS, JSON_FIELD_COUNT(TOKEN_FIELDS), job, &err))
        return http_reply_error(req, &err);
    return json_job_submit(req, req->deps->writer, &job->base);
}

struct revoke_job {
    struct json_job base;
    int64_t         id;
};

static bool revoke_run(struct job *base, struct store *store, struct err *err)
{
    struct revoke_job *job = (struct revoke_job *)base;
    bool               was_there;

    if (!store_api_token_remove(store, job->base.who->login.account_id, job->id, &was_there, err)) return false;
    return was_there ? json_job_nothing(&job->base, err)
                     : err_set(err, ERR_NOT_FOUND, "you have no token %lld", (long long)job->id);
}

enum http_result ep_token_delete(struct http_request *req)
{
    struct revoke_job *job = json_job_new(req, sizeof *job, revoke_run);
    struct err         err;
    int                id;

    if (!http_read_index(req, 0, INT32_MAX, &id, &err)) return http_reply_error(req, &err);
    if (job != NULL) job->id = id;
    return json_job_submit(req, req->deps->writer, &job->base);
}
