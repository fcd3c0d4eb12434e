/* How the C library keeps memory, told before anything asks for some. Left alone it opens another heap for every
   thread, and the more it was ever asked for at once the more it keeps: at a hotel of 400 stays a third of all the
   memory was such. Nothing here waits for another's heap: one thread draws, one talks to Seam, two are at the disk.

   Source: mallopt(3). Where it refuses, everything works as well and takes more. */
#include <malloc.h>

__attribute__((constructor)) static void keep_little(void) {
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TRIM_THRESHOLD, 64 * 1024);
}
