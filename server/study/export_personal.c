#include "study/export_personal.h"

#include <inttypes.h>
#include <string.h>

#include "base/csv.h"
#include "study/bonus.h"
#include "study/identity.h"

static const char BONUS_HEADER[] = "participant,session,platform,platform_id,amount,currency,reason\r\n";

struct personal_writer;
typedef void (*personal_row_fn)(struct personal_writer *writer, const struct export_session *row, enum platform platform,
                                const struct arrival *arrival);

struct personal_writer {
    struct store            *store;
    const struct secret_key *key;
    const struct study      *study;
    FILE                    *out;
    struct text              line; /* what a row adds; empty: the session has none */
    personal_row_fn          add;
    struct personal_counts  *counts;
};

static void add_amount(struct text *line, int64_t minor)
{
    text_printf(line, "%" PRId64 ".%02" PRId64, minor / 100, minor % 100);
}

static void add_who(struct text *line, const struct export_session *row, enum platform platform)
{
    text_printf(line, "%d,%s,%s", row->session.participant_number, row->session.public_id, PLATFORM_NAMES[platform]);
}

static void add_bonus(struct personal_writer *writer, const struct export_session *row, enum platform platform,
                      const struct arrival *arrival)
{
    struct text *line = &writer->line;
    struct bonus bonus;

    if (row->session.state == SESSION_ACTIVE) return;
    bonus_of_session(writer->study, row, platform, &bonus);
    add_who(line, row, platform);
    text_add(line, ",");
    csv_write_field(line, arrival_person(platform, arrival));
    text_add(line, ",");
    add_amount(line, bonus.amount_minor);
    text_printf(line, ",%s,", writer->study->settings.pay.currency);
    csv_write_field(line, bonus.reason);
    text_add(line, "\r\n");
}

/* A participant wrote the id into the address: what is not of letters and digits alone could become a payment to somebody else. */
static bool is_prolific_id(const char *id)
{
    static const char SIGNS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    return id[0] != '\0' && id[strspn(id, SIGNS)] == '\0';
}

static void add_prolific(struct personal_writer *writer, const struct export_session *row, enum platform platform,
                         const struct arrival *arrival)
{
    const char  *id = arrival_person(platform, arrival);
    struct bonus bonus;

    if (row->session.state == SESSION_ACTIVE) return;
    bonus_of_session(writer->study, row, platform, &bonus);
    if (bonus.amount_minor == 0) return;
    if (platform != PLATFORM_PROLIFIC || !is_prolific_id(id)) {
        writer->counts->unpaid_count++;
        return;
    }
    text_printf(&writer->line, "%s,", id);
    add_amount(&writer->line, bonus.amount_minor);
    text_add(&writer->line, "\n");
}

static void add_ids(struct personal_writer *writer, const struct export_session *row, enum platform platform,
                    const struct arrival *arrival)
{
    add_who(&writer->line, row, platform);
    for (int i = 0; i < ARRIVAL_ID_COUNT; i++) {
        text_add(&writer->line, ",");
        csv_write_field(&writer->line, arrival->ids[i]);
    }
    text_add(&writer->line, "\r\n");
}

static bool write_line(struct personal_writer *writer, struct err *err)
{
    struct text *line = &writer->line;

    if (!text_ok(line, err)) return false;
    if (fwrite(line->data, 1, line->length, writer->out) != line->length) return err_errno(err, "write the export");
    writer->counts->row_count++;
    return true;
}

/* PLATFORM_LINK and no ids for somebody who came by a plain link. */
static bool find_identity(const struct personal_writer *writer, int64_t participant_id, enum platform *platform,
                          struct arrival *arrival, struct err *err)
{
    struct identity_row row;
    struct arena        arena;
    bool                is_found;
    bool                ok;

    *platform = PLATFORM_LINK;
    memset(arrival, 0, sizeof *arrival);
    arena_init(&arena);
    ok = store_identity_by_participant(writer->store, participant_id, &arena, &row, &is_found, err);
    for (int i = 0; ok && is_found && i < PLATFORM_COUNT; i++)
        if (strcmp(PLATFORM_NAMES[i], row.platform) == 0) *platform = (enum platform)i;
    arena_close(&arena);
    return ok && (!is_found || identity_find(writer->store, writer->key, participant_id, arrival, &is_found, err));
}

static bool write_row(void *argument, const struct export_session *row, struct err *err)
{
    struct personal_writer *writer = argument;
    struct arrival          arrival;
    enum platform           platform;

    if (!find_identity(writer, row->session.participant_id, &platform, &arrival, err)) return false;
    text_reset(&writer->line);
    writer->add(writer, row, platform, &arrival);
    return writer->line.length == 0 || write_line(writer, err);
}

static bool write_all(struct personal_writer *writer, enum session_mode mode, const char *header, struct err *err)
{
    bool ok;

    *writer->counts = (struct personal_counts){0};
    if (writer->study->is_imported) {
        text_close(&writer->line);
        return err_set(err, ERR_CONFLICT, "the study '%s' was brought in finished: it pays nobody, and knows nobody's ids",
                       writer->study->slug);
    }
    ok = fputs(header, writer->out) != EOF ? true : err_errno(err, "write the export");
    ok = ok && store_export_sessions(writer->store, writer->study->study_id, mode, write_row, writer, err);
    if (ok && fflush(writer->out) != 0) ok = err_errno(err, "write the export");
    text_close(&writer->line);
    return ok;
}

static bool write_bonus(struct store *store, const struct secret_key *key, const struct study *study, enum session_mode mode,
                        FILE *out, struct personal_counts *counts, struct err *err)
{
    struct personal_writer writer = {store, key, study, out, {0}, add_bonus, counts};

    text_init(&writer.line);
    return write_all(&writer, mode, BONUS_HEADER, err);
}

static bool write_prolific(struct store *store, const struct secret_key *key, const struct study *study, enum session_mode mode,
                           FILE *out, struct personal_counts *counts, struct err *err)
{
    struct personal_writer writer = {store, key, study, out, {0}, add_prolific, counts};

    text_init(&writer.line);
    return write_all(&writer, mode, "", err);
}

static bool write_ids(struct store *store, const struct secret_key *key, const struct study *study, enum session_mode mode,
                      FILE *out, struct personal_counts *counts, struct err *err)
{
    struct personal_writer writer = {store, key, study, out, {0}, add_ids, counts};
    struct text            header;
    bool                   ok;

    text_init(&writer.line);
    text_init(&header);
    text_add(&header, "participant,session,platform");
    for (int i = 0; i < ARRIVAL_ID_COUNT; i++) text_printf(&header, ",%s", ARRIVAL_ID_NAMES[i]);
    text_add(&header, "\r\n");
    ok = text_ok(&header, err) && write_all(&writer, mode, header.data, err);
    text_close(&header);
    return ok;
}

const struct personal_export PERSONAL_EXPORTS[] = {
    {"bonus", "csv", "sessions", true, write_bonus},
    {"bonus", "prolific", "payments", true, write_prolific},
    {"platform-ids", "csv", "sessions", false, write_ids},
    {0},
};

const struct personal_export *personal_export_find(const char *name, const char *format)
{
    for (const struct personal_export *kind = PERSONAL_EXPORTS; kind->name != NULL; kind++)
        if (strcmp(kind->name, name) == 0 && strcmp(kind->format, format) == 0) return kind;
    return NULL;
}
