/* psych_ds.h - a study as a Psych-DS dataset in a zip: https://psychds-docs.readthedocs.io, "Rules and Conventions".
 *
 * dataset_description.json          JSON-LD of schema.org: name, description, hashes, and every column in variableMeasured
 * data/study-<slug>_description-<table>_data.csv   trials, sessions, events, questionnaire, fits, fit-trials; slug and table of letters and
 *                                   digits only, as the naming rules want it
 * documentation/codebook.csv        every column of every table: type, unit, one sentence
 * documentation/schema.sql          the database that the tables come from, a comment per table and column
 * README.md
 * What is there twice is left out: above_chance and jspsych.
 *
 * ERR_TOO_LARGE from 4 GB on. Threads: the caller's, which holds a snapshot of the store. */
#ifndef DINOLAB_STUDY_PSYCH_DS_H
#define DINOLAB_STUDY_PSYCH_DS_H

#include "study/export_bundle.h"

MUST_CHECK bool psych_ds_write(const struct export_bundle *bundle, struct sink *out, struct err *err);

#endif
