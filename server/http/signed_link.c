#include "http/signed_link.h"

#include <stdio.h>

static void sign(const struct secret_key *key, const char *picture_hex, int64_t until_s, struct secret_hash *out)
{
    char text[SIGNED_LINK_BYTES];

    /* The words in front keep it apart from everything else that is hashed with this key. */
    (void)snprintf(text, sizeof text, "signed link of a picture: %.64s until %lld", picture_hex, (long long)until_s);
    secret_keyed_hash(key, text, out);
}

void signed_link_make(const struct secret_key *key, const char *picture_hex, int64_t until_s, char out[SIGNED_LINK_BYTES])
{
    struct secret_hash signature;
    char               hex[SECRET_HEX_BYTES];

    sign(key, picture_hex, until_s, &signature);
    secret_hex(&signature, hex);
    (void)snprintf(out, SIGNED_LINK_BYTES, "/media/%.64s?until=%lld&signature=%s", picture_hex, (long long)until_s, hex);
}

bool signed_link_check(const struct secret_key *key, const char *picture_hex, const char *until, const char *signature,
                       int64_t now_s, struct err *err)
{
    struct secret_hash expected, given;
    int64_t            until_s;

    if (until == NULL || !text_to_i64(until, 0, INT64_MAX, &until_s) || !secret_from_hex(signature, &given))
        return err_set(err, ERR_FORBIDDEN, "this link is not whole");
    sign(key, picture_hex, until_s, &expected);
    if (!secret_equal(expected.bytes, given.bytes, sizeof expected.bytes))
        return err_set(err, ERR_FORBIDDEN, "this link was not made here, or was changed");
    return now_s <= until_s ? true : err_set(err, ERR_FORBIDDEN, "this link's time is over; ask for a new one");
}
