#include "model/glmm_private.h"

void glmm_leave_out_fast(struct glmm *fit, int row, struct glmm_result *out, double *prob)
{
    glmm_leave_out(fit, row, out, prob);
}
