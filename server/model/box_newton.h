/* box_newton.h - a local maximum of a smooth function of up to three variables in a box, by Newton steps in a trust region (Conn,
 * Gould and Toint 2000, chapters 6 and 12).
 *
 * Each step maximises the second-order model over the part of the box within `radius` of the point in every variable. In so few
 * variables that is done exactly, indefinite curvature and bounds included: the maximum is a stationary point of one of the at most
 * 27 faces of that part, and all of them are tried. A step is taken when it brings enough of the increase that the model promised,
 * so the value never falls by more than its rounding; the radius grows no larger than `radius_max`, so the path cannot leap over a
 * valley as a line search can.
 * Deterministic. No I/O, no allocation. Threads: none; the caller's context belongs to the call. */
#ifndef DINOLAB_MODEL_BOX_NEWTON_H
#define DINOLAB_MODEL_BOX_NEWTON_H

enum { BOX_NEWTON_COUNT_MAX = 3 };

struct box_newton_settings {
    double gradient_tolerance; /* largest entry of the projected gradient */
    double radius_start;
    double radius_max;
    int    iteration_max; /* steps tried */
};

struct box_newton_problem {
    int    count; /* variables, 1 .. BOX_NEWTON_COUNT_MAX */
    double lower[BOX_NEWTON_COUNT_MAX];
    double upper[BOX_NEWTON_COUNT_MAX];
    void  *context;

    /* The function at a point of the box; not finite where there is none, and no step goes there. */
    double (*value)(void *context, const double *point);
    /* Gradient and Hessian (count x count) at the point that `value` was asked for last; not finite: the ascent ends there. */
    void (*derivatives)(void *context, const double *point, double *gradient, double *hessian);
};

enum box_newton_status {
    /* The projected gradient is within tolerance, or the maximum of the model promises no more than the value's rounding. */
    BOX_NEWTON_CONVERGED,
    BOX_NEWTON_ITERATION_LIMIT, /* or steps failed until they were lost in rounding; `point` is the best found in any case */
    BOX_NEWTON_NO_VALUE,        /* value or derivatives are not finite at `point` */
};

struct box_newton_result {
    enum box_newton_status status;
    int                    iteration_count;
    double                 point[BOX_NEWTON_COUNT_MAX];
    double                 value;
    double                 gradient_norm; /* largest entry of the gradient, without those that push against a bound */
};

/* From `start`, a point of the box. */
void box_newton_maximise(const struct box_newton_problem *problem, const struct box_newton_settings *settings,
                         const double *start, struct box_newton_result *result);

#endif
