/* memory.h - how the process deals with memory that was freed. */
#ifndef DINOLAB_BASE_MEMORY_H
#define DINOLAB_BASE_MEMORY_H

/* Keep it for the next time, up to some megabytes per thread. Models take the same few megabytes again and again; handed back to the
 * system, each page of them costs a fault when it is next touched, together a quarter of the time of a value table. Before any thread
 * starts; for the whole process. */
void memory_keep_freed(void);

#endif
