#include "http/edit_job.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/endpoints.h"
#include "http/reply.h"

enum http_result edit_job_reply(struct http_request *req, struct http_job *base)
{
    struct edit_job *job = (struct edit_job *)base;

    if (base->base.is_ok) return http_reply_json(req, job->status, &job->json);
    text_close(&job->json);
    return http_reply_error(req, &base->base.err);
}

void *edit_job_new(struct http_request *req, size_t bytes, unsigned status)
{
    struct edit_job *job = arena_alloc(&req->arena, bytes);

    if (job == NULL) return NULL;
    job->folder     = req->deps->folder;
    job->now_ms     = clock_wall_ms(req->deps->clock);
    job->slug       = req->parameters[0];
    job->account_id = req->principal.login.account_id;
    job->status     = status;
    text_init(&job->json);
    return job;
}

enum http_result edit_job_submit(struct http_request *req, struct lane *lane, struct edit_job *job, edit_run_fn run,
                                 http_then_fn then)
{
    job->base.base.run = run;
    return http_submit(req, lane, &job->base, then);
}

/* --- messages --- */

/* Descriptions with conditions written out are large: they come into a file without a name, as an export goes out of one. */
bool ep_study_body_begin(struct http_request *req, struct err *err)
{
    char path[PATH_BYTES];
    int  file;

    (void)snprintf(path, sizeof path, "%s/study.XXXXXX", req->deps->folder->path);
    file = mkostemp(path, O_CLOEXEC);
    if (file < 0) return err_errno(err, "make a file in %s", req->deps->folder->path);
    (void)unlink(path);
    body_file_begin(&req->body_file, file, 0, STUDY_BODY_BYTES_MAX);
    return true;
}

static bool read_file(struct http_request *req, struct err *err)
{
    char block[16 * 1024];

    for (off_t offset = 0;;) {
        ssize_t length = pread(req->body_file.file, block, sizeof block, offset);

        if (length < 0) return err_errno(err, "read a message");
        if (length == 0) return text_ok(&req->body, err);
        text_append(&req->body, block, (size_t)length);
        offset += length;
    }
}

/* On the reader's thread: what is large takes a while. */
static bool message_run(struct job *base, struct store *store, struct err *err)
{
    struct http_request *req = ((struct http_job *)base)->req;

    (void)store;
    if (req->body_file.is_wanted && !read_file(req, err)) return false;
    req->doc = json_parse((struct span){req->body.data, req->body.length}, err);
    return req->doc != NULL;
}

static enum http_result go_on(struct http_request *req, struct http_job *base)
{
    struct edit_job *job = (struct edit_job *)base;

    if (!base->base.is_ok) return http_reply_error(req, &base->base.err);
    job->message = json_root(req->doc);
    return edit_job_submit(req, job->lane, job, job->run, job->then);
}

enum http_result edit_job_submit_message(struct http_request *req, struct lane *lane, struct edit_job *job, edit_run_fn run,
                                         http_then_fn then)
{
    struct err err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (req->body_file.is_refused) return http_reply_error(req, &req->body_file.err);
    job->lane = lane;
    job->run  = run;
    job->then = then;
    return edit_job_submit(req, req->deps->reader, job, message_run, go_on);
}
