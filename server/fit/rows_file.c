#include "fit/rows_file.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/csv.h"

static bool write_text(struct rows_file *rows, const struct text *text, struct err *err)
{
    if (!text_ok(text, err)) return false;
    if (fwrite(text->data, 1, text->length, rows->file) == text->length) return true;
    return err_errno(err, "write %s", rows->partial);
}

bool rows_file_open(struct rows_file *rows, const char *path, struct err *err)
{
    *rows = (struct rows_file){.path = path};
    if (path == NULL) return true;
    if (asprintf(&rows->partial, "%s.partial", path) < 0) {
        rows->partial = NULL;
        return err_no_memory(err);
    }
    rows->file = fopen(rows->partial, "wbe");
    if (rows->file == NULL) return err_errno(err, "open %s", rows->partial);
    if (fputs("participant,trial,representation,learner,value_left,value_right,prob,log_lik\n", rows->file) >= 0) return true;
    return err_errno(err, "write %s", rows->partial);
}

static void add_row(struct text *line, const struct trial_table *table, int trial, const char *names,
                    const struct learner_value *value, const struct choice_fit *fit)
{
    const double numbers[] = {value->left, value->right, fit->prob[trial], fit->log_lik[trial]};

    csv_write_field(line, table->labels[table->participants[trial]]);
    text_printf(line, ",%" PRId64 ",%s", table->numbers[trial], names);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        text_add(line, ",");
        text_add_f64(line, numbers[i]);
    }
    text_add(line, "\n");
}

bool rows_file_add(struct rows_file *rows, const struct trial_table *table, const char *representation, const char *learner,
                   const struct learner_value *values, const struct choice_fit *fit, struct err *err)
{
    struct text names, line;
    bool        ok;

    if (rows->path == NULL) return true;
    text_init(&names);
    text_init(&line);
    csv_write_field(&names, representation);
    text_add(&names, ",");
    csv_write_field(&names, learner);
    ok = text_ok(&names, err);
    for (int t = 0; ok && t < table->trial_count; t++) {
        text_reset(&line);
        add_row(&line, table, t, names.data, &values[t], fit);
        ok = write_text(rows, &line, err);
    }
    text_close(&line);
    text_close(&names);
    return ok;
}

bool rows_file_finish(struct rows_file *rows, struct err *err)
{
    FILE *file = rows->file;

    if (rows->path == NULL) return true;
    rows->file = NULL;
    if (fclose(file) != 0) {
        err_errno(err, "write %s", rows->partial);
        (void)remove(rows->partial);
        return false;
    }
    if (rename(rows->partial, rows->path) == 0) return true;
    err_errno(err, "rename %s to %s", rows->partial, rows->path);
    (void)remove(rows->partial);
    return false;
}

void rows_file_close(struct rows_file *rows)
{
    if (rows->file != NULL) {
        (void)fclose(rows->file);
        (void)remove(rows->partial);
    }
    free(rows->partial);
    *rows = (struct rows_file){0};
}
