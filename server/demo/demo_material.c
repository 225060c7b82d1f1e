#include "demo/demo_material.h"

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "base/text.h"
#include "demo/demo_file.h"
#include "demo/demo_manifest.h"
#include "demo/demo_pixels.h"
#include "demo/demo_ratings.h"
#include "demo/demo_words.h"
#include "model/npy.h"
#include "model/truncated_svd.h"
#include "picture/picture.h"
#include "json/json_read.h"

enum {
    RATINGS_MAX_BYTES  = 1024 * 1024,     /* 24 kB */
    KEYWORDS_MAX_BYTES = 8 * 1024 * 1024, /* emojilib 4 has 0.26 MB */
    PICTURE_MAX_BYTES  = 1024 * 1024,     /* the largest in the package has 29 kB */
    NOISE_SEED         = 20240601,
};

/* Linear algebra libraries choose their order of summation by the processor; rounding hides the last bits that differ by it. */
static const double WORD_UNIT = 1e-6;

static const char MANIFEST_NAME[] = "demo.json";

struct material {
    const struct demo_material_paths *paths;
    struct demo_ratings               ratings;
    struct matrix                     matrices[DEMO_REPRESENTATION_COUNT];
};

static void material_close(struct material *material)
{
    demo_ratings_close(&material->ratings);
    for (int i = 0; i < DEMO_REPRESENTATION_COUNT; i++) matrix_close(&material->matrices[i]);
}

static bool matrix_init(struct matrix *matrix, int row_count, int column_count, struct err *err)
{
    matrix->values       = calloc((size_t)row_count * (size_t)column_count, sizeof *matrix->values);
    matrix->row_count    = row_count;
    matrix->column_count = column_count;
    return matrix->values != NULL || err_no_memory(err);
}

/* "folder/name" or "folder/name.extension" into `out`, which is emptied first. */
static bool join_path(struct text *out, const char *folder, const char *name, const char *extension, struct err *err)
{
    text_reset(out);
    text_printf(out, "%s/%s%s", folder, name, extension);
    return text_ok(out, err);
}

static bool write_into_folder(const char *folder, const char *name, struct span bytes, struct err *err)
{
    struct text path;
    bool        ok;

    text_init(&path);
    ok = join_path(&path, folder, name, "", err) && demo_file_write(path.data, bytes, err);
    text_close(&path);
    return ok;
}

static bool read_ratings(const char *path, struct demo_ratings *out, struct err *err)
{
    struct text bytes;
    bool        ok;

    text_init(&bytes);
    ok = demo_file_read(path, RATINGS_MAX_BYTES, &bytes, err) &&
         demo_ratings_parse(path, (struct span){bytes.data, bytes.length}, out, err);
    text_close(&bytes);
    return ok;
}

static bool build_task(struct material *material, struct err *err)
{
    const struct demo_ratings *ratings = &material->ratings;
    struct matrix             *task    = &material->matrices[DEMO_TASK];

    if (!matrix_init(task, ratings->stimulus_count, DEMO_DIMENSION_COUNT, err)) return false;
    for (int i = 0; i < ratings->stimulus_count; i++)
        for (int dimension = 0; dimension < DEMO_DIMENSION_COUNT; dimension++)
            task->values[i * DEMO_DIMENSION_COUNT + dimension] = ratings->stimuli[i].ratings[dimension];
    return true;
}

static bool build_noise(struct material *material, struct err *err)
{
    struct matrix *noise = &material->matrices[DEMO_NOISE];
    struct rng     rng;

    if (!matrix_init(noise, material->ratings.stimulus_count, DEMO_NOISE_DIMENSION_COUNT, err)) return false;
    rng_init(&rng, NOISE_SEED);
    for (int i = 0; i < noise->row_count * noise->column_count; i++) noise->values[i] = rng_normal(&rng);
    return true;
}

static int smaller_of(int left, int right)
{
    return left < right ? left : right;
}

static bool reduce_words(const struct matrix *tf_idf, struct matrix *out, struct err *err)
{
    int dimension_count = smaller_of(DEMO_WORD_DIMENSION_COUNT, smaller_of(tf_idf->row_count, tf_idf->column_count));

    if (!truncated_svd(tf_idf, dimension_count, out, err)) return err_wrap(err, "reduce the keywords");
    for (int i = 0; i < out->row_count * out->column_count; i++)
        out->values[i] = round(out->values[i] / WORD_UNIT) * WORD_UNIT + 0.0; /* + 0: no negative zero */
    return true;
}

static bool build_words(struct material *material, struct err *err)
{
    const char       *path = material->paths->keywords;
    struct text       bytes;
    struct json_doc  *doc    = NULL;
    struct demo_words words  = {0};
    struct matrix     tf_idf = {0};
    bool              ok     = false;

    text_init(&bytes);
    if (!demo_file_read(path, KEYWORDS_MAX_BYTES, &bytes, err)) goto done;
    doc = json_parse((struct span){bytes.data, bytes.length}, err);
    if (doc == NULL) {
        err_wrap(err, "%s", path);
        goto done;
    }
    ok = demo_words_look_up(&words, path, json_root(doc), &material->ratings, err) &&
         demo_words_tf_idf(&words, material->ratings.stimulus_count, &tf_idf, err) &&
         reduce_words(&tf_idf, &material->matrices[DEMO_WORDS], err);
done:
    matrix_close(&tf_idf);
    demo_words_close(&words);
    json_free(doc);
    text_close(&bytes);
    return ok;
}

/* Looks at one picture, which may be no picture at all, before its copy is written. */
static bool take_picture(const struct demo_stimulus *stimulus, const struct demo_material_paths *paths, double *pixel_row,
                         struct err *err)
{
    struct picture picture = {0};
    struct text    path, bytes;
    bool           ok;

    text_init(&path);
    text_init(&bytes);
    ok = join_path(&path, paths->pictures, stimulus->codepoint, ".webp", err) &&
         demo_file_read(path.data, PICTURE_MAX_BYTES, &bytes, err) &&
         picture_decode(path.data, bytes.data, bytes.length, &picture, err) && demo_pixels(&picture, pixel_row, err) &&
         join_path(&path, paths->out, "images/", stimulus->id, err);
    if (ok) text_add(&path, ".webp");
    ok = ok && text_ok(&path, err) && demo_file_write(path.data, (struct span){bytes.data, bytes.length}, err);
    if (!ok) err_wrap(err, "stimulus '%s'", stimulus->id);
    picture_close(&picture);
    text_close(&bytes);
    text_close(&path);
    return ok;
}

static bool build_pixels(struct material *material, struct err *err)
{
    const struct demo_ratings *ratings = &material->ratings;
    struct matrix             *pixels  = &material->matrices[DEMO_PIXELS];

    if (!matrix_init(pixels, ratings->stimulus_count, DEMO_PIXEL_FEATURE_COUNT, err)) return false;
    for (int i = 0; i < ratings->stimulus_count; i++)
        if (!take_picture(&ratings->stimuli[i], material->paths, pixels->values + i * DEMO_PIXEL_FEATURE_COUNT, err))
            return false;
    return true;
}

/* An older manifest goes first: while the folder is being filled it has none. */
static bool prepare_folders(const char *out, struct err *err)
{
    struct text path;
    bool        ok;

    text_init(&path);
    ok = join_path(&path, out, "images", "", err) && demo_folder_make(out, err) && demo_folder_make(path.data, err) &&
         join_path(&path, out, MANIFEST_NAME, "", err) && demo_file_remove(path.data, err);
    text_close(&path);
    return ok;
}

static bool write_stimuli(const struct material *material, struct err *err)
{
    struct text csv;
    bool        ok;

    text_init(&csv);
    text_add(&csv, "id,object,file\n");
    for (int i = 0; i < material->ratings.stimulus_count; i++) {
        const struct demo_stimulus *stimulus = &material->ratings.stimuli[i];

        text_printf(&csv, "%s,%s,images/%s.webp\n", stimulus->id, stimulus->object, stimulus->id);
    }
    ok = text_ok(&csv, err) && write_into_folder(material->paths->out, "stimuli.csv", (struct span){csv.data, csv.length}, err);
    text_close(&csv);
    return ok;
}

static bool write_matrices(const struct material *material, struct err *err)
{
    struct text path;
    bool        ok = true;

    text_init(&path);
    for (int i = 0; ok && i < DEMO_REPRESENTATION_COUNT; i++)
        ok = join_path(&path, material->paths->out, demo_representation_facts(i)->file, "", err) &&
             npy_write_file(path.data, &material->matrices[i], err);
    text_close(&path);
    return ok;
}

static bool write_manifest(const struct material *material, struct err *err)
{
    int         column_counts[DEMO_REPRESENTATION_COUNT];
    struct text manifest;
    bool        ok;

    for (int i = 0; i < DEMO_REPRESENTATION_COUNT; i++) column_counts[i] = material->matrices[i].column_count;
    text_init(&manifest);
    demo_manifest_write(&material->ratings, column_counts, &manifest);
    ok = text_ok(&manifest, err) &&
         write_into_folder(material->paths->out, MANIFEST_NAME, (struct span){manifest.data, manifest.length}, err);
    text_close(&manifest);
    return ok;
}

bool demo_material_build(const struct demo_material_paths *paths, struct err *err)
{
    struct material material = {.paths = paths};
    bool            ok;

    ok = read_ratings(paths->ratings, &material.ratings, err) && prepare_folders(paths->out, err) && build_task(&material, err) &&
         build_words(&material, err) && build_noise(&material, err) && build_pixels(&material, err) &&
         write_stimuli(&material, err) && write_matrices(&material, err) && write_manifest(&material, err);
    material_close(&material);
    return ok;
}
