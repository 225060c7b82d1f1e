/* request.h - one HTTP request from its first byte to its reply; what handlers see.
 *
 * A handler reads, submits a job or subscribes, and returns; the reply is written when the job is done. Request memory comes from
 * req->arena and dies with the request. Threads: a request belongs to its event loop's thread, except between http_submit and the
 * job's `done`, when it waits suspended and nobody touches it. */
#ifndef DINOLAB_HTTP_REQUEST_H
#define DINOLAB_HTTP_REQUEST_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/meters.h"
#include "base/text.h"
#include "http/body_file.h"
#include "live/hub.h"
#include "store/data_folder.h"
#include "store/lane.h"
#include "store/store_account.h"
#include "store/store_session.h"
#include "study/export.h"
#include "study/rights.h"
#include "json/json_read.h"

struct import_queue;
struct MHD_Connection;
struct MHD_Response;

enum { HTTP_PARAMETER_MAX = 3, HTTP_BODY_MAX_BYTES = 64 * 1024 }; /* largest real body: 100 events, about 20 kB */

/* What handlers may use. One per event loop; the parts are shared or the loop's own as said. */
struct http_deps {
    struct store             *store;            /* the loop's own, for reading */
    struct study_catalog     *catalog;          /* the loop's own */
    struct lane              *writer;           /* shared */
    struct study_catalog     *writer_catalog;   /* to be used by jobs on the writer's thread only */
    struct lane              *reader;           /* shared */
    struct lane              *passwords;        /* shared; a reader for password work, with a short queue */
    struct study_catalog     *reader_catalog;   /* to be used by jobs on the reader's thread only */
    struct lane              *exporter;         /* shared; a reader for exports, which may take minutes, with a short queue */
    struct study_catalog     *exporter_catalog; /* to be used by jobs on the exporter's thread only */
    struct lane              *importer;     /* shared; a reader for the files of imports, which take seconds or more, likewise */
    const struct export_kind *export_kinds; /* closed by a NULL name */
    const struct secret_key  *key;          /* recognises people and seals their ids (study/identity.h) */
    struct hub               *hub;          /* shared */
    struct import_queue      *imports;      /* shared; of pictures */
    const struct data_folder *folder;
    const struct clock       *clock;
    struct meters            *meters;
};

enum principal_kind { PRINCIPAL_NONE, PRINCIPAL_PARTICIPANT, PRINCIPAL_RESEARCHER };

/* Who asks. */
struct principal {
    enum principal_kind  kind;
    struct secret_hash   token_hash; /* of the bearer token or the cookie, when there was a well-formed one */
    struct session_row   session;    /* participant */
    struct login_row     login;      /* researcher; of one who comes by API token only who it is */
    struct api_token_row api_token;  /* researcher by API token: api_token_id is not 0 */
    struct rights        rights;     /* researcher */
};

enum http_result {
    HTTP_REPLIED, /* req->response and req->status are set */
    HTTP_WAITING, /* the connection is suspended until a job or the hub wakes it */
};

struct http_request;
struct http_job;

/* Goes on after a wait: may reply, or submit again. */
typedef enum http_result (*http_then_fn)(struct http_request *req, struct http_job *job);

struct http_route;
struct http_audit_job;

/* Goes on with a topic's snapshot, which it takes over (free). */
typedef enum http_result (*http_snapshot_fn)(struct http_request *req, char *json);

/* Takes a document (malloc'ed), gives what of it the one who asks may see, likewise; NULL with `err` filled on failure. */
typedef char *(*http_filter_fn)(struct http_request *req, char *json, struct err *err);

struct http_request {
    struct MHD_Connection   *connection;
    const struct http_deps  *deps;
    const char              *method;
    const char              *path;                           /* decoded, without the query */
    const char              *parameters[HTTP_PARAMETER_MAX]; /* what stood for {} in the route */
    const struct http_route *route;                          /* once it is found */
    struct principal         principal;
    struct arena             arena;
    struct text              body;
    struct body_file         body_file; /* instead of `body`, where the route takes its body into a file */
    struct json_doc         *doc;       /* of the body; freed with the request */
    size_t                   body_max;  /* bytes */
    bool                     is_body_too_large;
    bool                     is_dispatched;
    http_then_fn             then; /* set while waiting */
    struct http_job         *job;
    struct http_audit_job   *audit; /* what is written to the log with the request's work (http/audit.h); NULL: nothing yet */
    struct hub_reader       *hub_reader;      /* one-shot subscription; freed with the request */
    http_snapshot_fn         snapshot_then;   /* what goes on with it; NULL: it is the reply */
    unsigned                 snapshot_status; /* of the reply with its snapshot */
    http_filter_fn           snapshot_filter; /* what is left out of it; NULL: nothing */
    int64_t                  response_us;     /* monotonic: when a participant's response was whole; 0: another request */
    unsigned                 status;
    struct MHD_Response     *response;
};

/* A job of a lane that a request waits for. Embed it first in a job of your own; `run` is yours, `done` is set by http_submit. */
struct http_job {
    struct job           base;
    struct http_request *req;
    bool                 is_step; /* more of the request's writing follows: its entry in the log goes with the last */
};

/* Suspend the connection, hand the job to the lane, go on with `then` once it is done. A full queue becomes a 503 by itself. */
enum http_result http_submit(struct http_request *req, struct lane *lane, struct http_job *job, http_then_fn then);

/* Wait for a topic's snapshot and reply with it as it is; the topic must exist. ERR_BUSY when it cannot be had. */
enum http_result http_reply_snapshot(struct http_request *req, const char *topic);

/* The same, with `filter` (NULL: none) between the snapshot and the reply. */
enum http_result http_reply_snapshot_filtered(struct http_request *req, const char *topic, http_filter_fn filter);

/* The same as http_reply_snapshot with another status than 200. */
enum http_result http_reply_snapshot_as(struct http_request *req, unsigned status, const char *topic);

/* Wait for a topic's snapshot and go on with it: for a reply that is made of it. */
enum http_result http_wait_snapshot(struct http_request *req, const char *topic, http_snapshot_fn then);

/* Read the body by a table; the sentence of a mistake names the field. Texts live as long as the request. */
MUST_CHECK bool http_read_body(struct http_request *req, const struct json_field *fields, size_t field_count, void *out,
                               struct err *err);

/* Any method but GET and HEAD. */
bool http_is_change(const struct http_request *req);

/* A path parameter as an index 0 .. max; ERR_NOT_FOUND otherwise. */
MUST_CHECK bool http_read_index(const struct http_request *req, int parameter, int max, int *out, struct err *err);

const char *http_header(const struct http_request *req, const char *name); /* NULL when absent */
const char *http_query(const struct http_request *req, const char *name);  /* decoded; NULL when absent */
const char *http_cookie(const struct http_request *req, const char *name);

#endif
