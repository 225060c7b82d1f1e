#!/bin/sh
# Computes every expected value of this folder again, by the programs that the first lines of each CSV name; git diff shows what
# changed.   all.sh [NAME ...]
set -eu
cd "$(dirname "$0")/../.."
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
folder=tests/model_reference
python=/usr/bin/python3 # Debian's, for which the packages are

for name in ${*:-ard bayes_ridge binomial equal_weights exemplar_prototype gamma_function gaussian_process glmm incomplete_beta \
    logistic_lasso logistic_ridge model_comparison representation_metrics single_cue}; do
    echo "$name"
    case $name in
    glmm) Rscript $folder/glmm.R ;;
    binomial | gamma_function | incomplete_beta)
        Rscript "$folder/$name.R" > build/reference.csv && mv build/reference.csv "$folder/$name.csv"
        ;;
    logistic_*) (cd $folder && $python "$name.py") ;;
    bayes_ridge | exemplar_prototype | representation_metrics) $python "$folder/$name.py" ;;
    *) $python "$folder/$name.py" > build/reference.csv && mv build/reference.csv "$folder/$name.csv" ;;
    esac
done
