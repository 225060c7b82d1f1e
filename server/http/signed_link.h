/* signed_link.h - addresses of pictures that are good for a while without a login or a session: for a manuscript's reviewers, a page
 * elsewhere, a message.
 *
 *     /media/<hash>?until=<Unix seconds>&signature=<64 hex digits>
 *
 * The signature is a keyed BLAKE2b of the picture's hash and the end, with the data folder's key: nobody without that key can make one
 * for another picture or a later end, and one that was given cannot be taken back before it. Threads: none. */
#ifndef DINOLAB_HTTP_SIGNED_LINK_H
#define DINOLAB_HTTP_SIGNED_LINK_H

#include "base/secret.h"

enum { SIGNED_LINK_BYTES = 256, SIGNED_LINK_SECONDS_MAX = 365 * 24 * 60 * 60 };

void signed_link_make(const struct secret_key *key, const char *picture_hex, int64_t until_s, char out[SIGNED_LINK_BYTES]);

/* ERR_FORBIDDEN when the signature is not ours or the time has come. */
MUST_CHECK bool signed_link_check(const struct secret_key *key, const char *picture_hex, const char *until, const char *signature,
                                  int64_t now_s, struct err *err);

#endif
