/* dense.h - small dense linear algebra for the tests of the models: slow, plain and independent of the libraries under test. */
#ifndef DINOLAB_TESTS_MODEL_DENSE_H
#define DINOLAB_TESTS_MODEL_DENSE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { JACOBI_SWEEP_MAX = 60 };

static inline double *dense_new(int count)
{
    double *values = calloc((size_t)count, sizeof *values);

    if (values == NULL) abort();
    return values;
}

static inline double dense_dot(int count, const double *left, const double *right)
{
    double sum = 0.0;

    for (int i = 0; i < count; i++) sum += left[i] * right[i];
    return sum;
}

/* Solve A x = b for a symmetric positive definite A (row-major, destroyed) by Gaussian elimination; b becomes x.
 * Returns log det A. */
static inline double dense_solve(int count, double *a, double *b)
{
    double log_determinant = 0.0;

    for (int k = 0; k < count; k++) {
        log_determinant += log(a[k * count + k]);
        for (int i = k + 1; i < count; i++) {
            const double factor = a[i * count + k] / a[k * count + k];

            for (int j = k; j < count; j++) a[i * count + j] -= factor * a[k * count + j];
            b[i] -= factor * b[k];
        }
    }
    for (int i = count - 1; i >= 0; i--) {
        for (int j = i + 1; j < count; j++) b[i] -= a[i * count + j] * b[j];
        b[i] /= a[i * count + i];
    }
    return log_determinant;
}

/* One Jacobi rotation that annuls a[p][q]. */
static inline void dense_rotate(int count, double *a, double *vectors, int p, int q)
{
    const double theta   = (a[q * count + q] - a[p * count + p]) / (2.0 * a[p * count + q]);
    const double tangent = (theta >= 0.0 ? 1.0 : -1.0) / (fabs(theta) + sqrt(theta * theta + 1.0));
    const double cosine  = 1.0 / sqrt(tangent * tangent + 1.0);
    const double sine    = tangent * cosine;

    for (int i = 0; i < count; i++) {
        const double ip = a[i * count + p], iq = a[i * count + q];

        a[i * count + p] = cosine * ip - sine * iq;
        a[i * count + q] = sine * ip + cosine * iq;
    }
    for (int i = 0; i < count; i++) {
        const double pi = a[p * count + i], qi = a[q * count + i];
        const double vp = vectors[i * count + p], vq = vectors[i * count + q];

        a[p * count + i]       = cosine * pi - sine * qi;
        a[q * count + i]       = sine * pi + cosine * qi;
        vectors[i * count + p] = cosine * vp - sine * vq;
        vectors[i * count + q] = sine * vp + cosine * vq;
    }
}

/* Eigenvalues on the diagonal of `a`, eigenvectors in the columns of `vectors`, in no order. */
static inline void dense_eigen(int count, double *a, double *vectors)
{
    memset(vectors, 0, (size_t)count * (size_t)count * sizeof *vectors);
    for (int i = 0; i < count; i++) vectors[i * count + i] = 1.0;
    for (int sweep = 0; sweep < JACOBI_SWEEP_MAX; sweep++) {
        double off = 0.0, diagonal = 0.0;

        for (int i = 0; i < count; i++) {
            diagonal += a[i * count + i] * a[i * count + i];
            for (int j = 0; j < i; j++) off += a[i * count + j] * a[i * count + j];
        }
        if (off <= 1e-30 * diagonal) return;
        for (int p = 0; p < count; p++)
            for (int q = p + 1; q < count; q++)
                if (a[p * count + q] != 0.0) dense_rotate(count, a, vectors, p, q);
    }
}

/* Largest absolute difference. */
static inline double dense_distance(int count, const double *left, const double *right)
{
    double largest = 0.0;

    for (int i = 0; i < count; i++) largest = fmax(largest, fabs(left[i] - right[i]));
    return largest;
}

#endif
