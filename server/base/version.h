/* version.h - which program this is; stored with every session. */
#ifndef DINOLAB_BASE_VERSION_H
#define DINOLAB_BASE_VERSION_H

#define DINOLAB_VERSION "0.1.0"

#endif
