#include "cmd_remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/http_client.h"
#include "json/json_read.h"

enum { WAIT_MS = 1000, PATH_MAX_BYTES = 512, TOKEN_BYTES_MAX = 200 };

static const char TOKEN_VARIABLE[] = "DINOLAB_TOKEN";

/* The one reply of the one line. */
struct answer {
    bool         is_there;
    int          status;
    struct text *body;
    char         failure[ERR_MESSAGE_BYTES];
};

static void on_reply(void *context, int line, const struct http_client_reply *reply)
{
    struct answer *answer = context;

    (void)line;
    answer->is_there = true;
    answer->status   = reply->status;
    if (reply->status == 0) (void)snprintf(answer->failure, sizeof answer->failure, "%s", reply->failure);
    if (reply->status != 0) text_append(answer->body, reply->body.data, reply->body.length);
}

/* What the statuses of our own servers mean. */
static enum err_kind kind_of(int status)
{
    switch (status) {
    case 400:
        return ERR_INVALID;
    case 401:
        return ERR_UNAUTHORIZED;
    case 403:
        return ERR_FORBIDDEN;
    case 404:
        return ERR_NOT_FOUND;
    case 409:
        return ERR_CONFLICT;
    default:
        return ERR_INTERNAL;
    }
}

/* {"error": {"message", "field"}}; another server's page has no sentence that we know. */
static bool refuse(const struct answer *answer, const struct remote *remote, struct err *err)
{
    struct err               ignored;
    struct json_doc         *doc   = json_parse((struct span){answer->body->data, answer->body->length}, &ignored);
    const struct json_value *error = doc != NULL && json_is_object(json_root(doc)) ? json_member(json_root(doc), "error") : NULL;
    const char              *message = NULL, *field = "";

    if (error == NULL || !json_is_object(error) || !json_as_text(json_member(error, "message"), &message))
        err_set(err, ERR_INTERNAL, "%s answered with status %d, which is not an answer of dinolab", remote->server,
                answer->status);
    else
        err_set(err, kind_of(answer->status), "%s", message);
    if (message != NULL && json_member(error, "field") != NULL && json_as_text(json_member(error, "field"), &field))
        (void)snprintf(err->field, sizeof err->field, "%s", field);
    json_free(doc);
    return false;
}

static bool exchange(const struct remote *remote, const struct http_client_request *request, struct answer *answer,
                     struct err *err)
{
    struct http_client *client = http_client_new(remote->server, 1, on_reply, answer, err);
    bool                ok     = client != NULL && http_client_send(client, 0, request, err);

    while (ok && !answer->is_there) ok = http_client_wait(client, WAIT_MS, err);
    http_client_free(client);
    return ok;
}

static bool write_path(const struct remote_request *request, char out[PATH_MAX_BYTES], struct err *err)
{
    const char *slug = request->slug;

    if (slug != NULL && !text_is_slug(slug))
        return err_set(err, ERR_INVALID, "'%.64s' is not the name of a study: it must be of a-z 0-9 _ -", slug);
    if (snprintf(out, PATH_MAX_BYTES, "/api/v1%s%s%s", slug != NULL ? "/studies/" : "", slug != NULL ? slug : "",
                 request->path) >= PATH_MAX_BYTES)
        return err_set(err, ERR_INVALID, "the name of the study is too long");
    return true;
}

bool remote_is_one_place(const char *data, const struct remote *remote, struct err *err)
{
    if ((data == NULL) != (remote->server == NULL)) return true;
    return err_set(err, ERR_INVALID, "give either --data DIR, or --server URL of a server that is running");
}

bool remote_ask(const struct remote *remote, const struct remote_request *request, struct text *out, struct err *err)
{
    const char   *token  = remote->token != NULL ? remote->token : getenv(TOKEN_VARIABLE);
    struct answer answer = {.body = out};
    char          path[PATH_MAX_BYTES];

    if (token == NULL || token[0] == '\0')
        return err_set(err, ERR_INVALID, "an API token is needed: --token, or the environment's %s", TOKEN_VARIABLE);
    if (strlen(token) > TOKEN_BYTES_MAX || strpbrk(token, " \r\n") != NULL)
        return err_set(err, ERR_INVALID, "this is not an API token: one has no white space in it");
    if (!write_path(request, path, err) ||
        !exchange(remote, &(struct http_client_request){request->method, path, token, request->body}, &answer, err))
        return false;
    if (answer.status == 0) return err_set(err, ERR_BUSY, "%s cannot be asked: %.400s", remote->server, answer.failure);
    if (answer.status < 200 || answer.status > 299) return refuse(&answer, remote, err);
    return text_ok(out, err);
}

bool remote_say_made(const struct text *reply, struct err *err)
{
    struct json_doc         *doc  = json_parse((struct span){reply->data, reply->length}, err);
    const struct json_value *root = doc != NULL ? json_root(doc) : NULL;
    const char              *slug = NULL, *state = NULL;

    if (doc == NULL) return false;
    if (json_is_object(root) && json_member(root, "slug") != NULL && !json_as_text(json_member(root, "slug"), &slug)) slug = NULL;
    if (json_is_object(root) && json_member(root, "state") != NULL && !json_as_text(json_member(root, "state"), &state))
        state = NULL;
    if (slug != NULL && state == NULL) (void)printf("study '%s' is made\n", slug);
    if (slug != NULL && state != NULL) (void)printf("study '%s' is %s\n", slug, state);
    if (slug == NULL && state != NULL) (void)printf("the study is %s\n", state);
    json_free(doc);
    return true;
}
