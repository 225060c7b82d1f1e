/* cmd_document.h - `dinolab study document`: a study's own texts, see study/documents.h. Called by cmd_study.c. */
#ifndef DINOLAB_CMD_DOCUMENT_H
#define DINOLAB_CMD_DOCUMENT_H

#define STUDY_DOCUMENT_USAGE                                                                                                     \
    "document --data DIR --study SLUG (--kind KIND --language TAG --file FILE.md | --list | --show --kind KIND --language TAG)"

/* argv[0] is "document". */
int study_document(int argc, char **argv);

#endif
