#include "fit/progress.h"

#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>

enum {
    BAR_CELLS       = 20,
    COLUMNS_DEFAULT = 80,
    DRAW_EVERY_US   = 100 * 1000, /* below what the eye takes for jerky */
    LEFT_AFTER_US   = 500 * 1000, /* a guess from less is noise */
    US_PER_S        = 1000 * 1000,
};

bool progress_init(struct progress *progress, FILE *out, bool is_shown, const struct clock *clock, int fit_count, struct err *err)
{
    *progress          = (struct progress){.out = out, .clock = clock, .is_shown = is_shown, .fit_count = fit_count};
    progress->begun_us = clock_monotonic_us(clock);
    if (pthread_mutex_init(&progress->mutex, NULL) == 0) return true;
    return err_set(err, ERR_INTERNAL, "a mutex cannot be made");
}

void progress_close(struct progress *progress)
{
    progress_clear(progress);
    (void)pthread_mutex_destroy(&progress->mutex);
}

/* Done part of the whole, 0 to 1. */
static double done_part(const struct progress *progress)
{
    const double within = progress->step_count > 0 ? (double)progress->step_done / (double)progress->step_count : 0.0;

    return (progress->fit_done + within) / progress->fit_count;
}

static void add_time_left(const struct progress *progress, int64_t now_us, struct text *out)
{
    const double  part       = done_part(progress);
    const int64_t elapsed_us = now_us - progress->begun_us;
    int64_t       left_s;

    if (part <= 0.0 || elapsed_us < LEFT_AFTER_US) return;
    left_s = (int64_t)((double)elapsed_us * (1.0 - part) / part / US_PER_S + 0.5);
    text_printf(out, ", ");
    if (left_s >= 3600) text_printf(out, "%" PRId64 ":", left_s / 3600);
    text_printf(out, left_s >= 3600 ? "%02" PRId64 ":%02" PRId64 " left" : "%" PRId64 ":%02" PRId64 " left", left_s / 60 % 60,
                left_s % 60);
}

/* The first bytes of `label` that fill at most `bytes`, not cut within a character. */
static void add_label(const char *label, int bytes, struct text *out)
{
    size_t length = strlen(label);

    if (bytes <= 0) return;
    if (length > (size_t)bytes) {
        length = (size_t)bytes;
        while (length > 0 && ((unsigned char)label[length] & 0xC0U) == 0x80U) length--;
    }
    for (size_t i = 0; i < length; i++) text_append(out, (unsigned char)label[i] < ' ' ? "?" : &label[i], 1);
}

void progress_text(const struct progress *progress, int64_t now_us, int column_count, struct text *out)
{
    const int   cells = (int)(done_part(progress) * BAR_CELLS);
    struct text tail;

    text_init(&tail);
    text_printf(&tail, " %" PRId64 "/%" PRId64, progress->step_done, progress->step_count);
    add_time_left(progress, now_us, &tail);
    text_add(out, "[");
    for (int i = 0; i < BAR_CELLS; i++) text_add(out, i < cells ? "#" : ".");
    text_printf(out, "] %d/%d ", progress->fit_done, progress->fit_count);
    add_label(progress->label == NULL ? "" : progress->label, column_count - 1 - (int)out->length - (int)tail.length, out);
    text_append(out, tail.data, tail.length);
    text_close(&tail);
}

static int terminal_columns(FILE *out)
{
    struct winsize size = {0};

    return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : COLUMNS_DEFAULT;
}

static void draw(struct progress *progress, int64_t now_us)
{
    struct text text;

    text_init(&text);
    progress_text(progress, now_us, terminal_columns(progress->out), &text);
    if (!text.is_failed)
        (void)fprintf(progress->out, "\r%s\033[K", text.data); /* to the start of the line; erase what is after */
    (void)fflush(progress->out);
    text_close(&text);
    progress->drawn_us = now_us;
}

void progress_begin(struct progress *progress, const char *label, int64_t step_count)
{
    progress->label      = label;
    progress->step_count = step_count;
    progress->step_done  = 0;
    if (progress->is_shown) draw(progress, clock_monotonic_us(progress->clock));
}

void progress_step(struct progress *progress)
{
    int64_t now_us;

    if (!progress->is_shown) return;
    (void)pthread_mutex_lock(&progress->mutex);
    progress->step_done++;
    now_us = clock_monotonic_us(progress->clock);
    if (now_us - progress->drawn_us >= DRAW_EVERY_US) draw(progress, now_us);
    (void)pthread_mutex_unlock(&progress->mutex);
}

void progress_end(struct progress *progress)
{
    progress->fit_done++;
    progress->step_count = progress->step_done = 0;
}

void progress_clear(struct progress *progress)
{
    if (!progress->is_shown) return;
    (void)fputs("\r\033[K", progress->out);
    (void)fflush(progress->out);
    progress->drawn_us = 0;
}
